/** Syncs one organization per job. Start it on any number of machines: `node worker.ts`. SIGTERM ends it after its jobs. */
import { UnrecoverableError, Worker, type Job } from "bullmq";
import { Polytomic } from "polytomic-users";
import { applySync, planSync } from "polytomic-users/sync";
import { listPeople } from "./directory.ts";
import { connection, disconnect, queue, type SyncJob } from "./queue.ts";

const polytomic = new Polytomic({
  maxRetries: 5,
  onEvent: (event) => {
    // The client waits by itself. This makes the other workers wait too, before they start another job.
    if (event.type === "retry" && event.status === 429) queue.rateLimit(Math.ceil(event.delay)).catch(console.error);
  },
}); // reads a partner or deployment key from the environment

async function sync({ data: { organizationId } }: Job<SyncJob>): Promise<string> {
  const { users, roles } = polytomic.organization(organizationId);
  const wanted = await listPeople(organizationId);
  const plan = planSync(await users.list(), wanted, { roles: await roles.list() });
  if (plan.objections.length > 0) {
    // Another attempt would not help: somebody has to look at the list.
    throw new UnrecoverableError(plan.objections.map(({ message }) => message).join("\n"));
  }
  const { isComplete, outcomes } = await applySync(users, plan);
  if (!isComplete) {
    const undone = outcomes.filter(({ result }) => result !== "done");
    throw new Error(undone.map(({ step, note }) => `${step.action} ${step.email}: ${note}`).join("\n"));
  }
  return `${outcomes.length} changes`;
}

const worker = new Worker<SyncJob, string>(queue.name, sync, {
  connection,
  concurrency: 4,
  lockDuration: 10_000, // a worker that is silent for this long has died, and another one takes its jobs over
  stalledInterval: 5_000,
  maxStalledCount: 5, // a sync can start again at any time, so that several deaths do no harm
});
worker.on("completed", (job, changes) => console.log(`${job.id}: ${changes}`));
worker.on("failed", (job, error) => console.error(`${job?.id}: ${error.message}`));
worker.on("error", console.error);

async function stop(): Promise<void> {
  await worker.close();
  await disconnect();
}
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void stop());
