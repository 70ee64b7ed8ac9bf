/** Adds a job for each organization to the queue: `node producer.ts`, for example every night from cron. */
import { listOrganizations } from "./directory.ts";
import { disconnect, queue } from "./queue.ts";

/** How many jobs all workers together start in a second. README.md says how to choose it. */
const JOBS_PER_SECOND = Number(process.env["JOBS_PER_SECOND"] ?? 2);

const today = new Date().toISOString().slice(0, "2026-11-28".length);
const organizations = await listOrganizations();
await queue.setGlobalRateLimit(JOBS_PER_SECOND, 1000);
await queue.addBulk(
  organizations.map((organizationId) => ({
    name: "sync",
    data: { organizationId },
    opts: {
      jobId: `${organizationId}_${today}`, // a job with this id is added once, however often this program runs
      attempts: 5,
      backoff: { type: "exponential", delay: 5000, jitter: 0.5 },
      removeOnComplete: { age: 24 * 60 * 60 }, // in seconds; until then, its id is taken
      removeOnFail: { age: 7 * 24 * 60 * 60 },
    },
  })),
);
console.log(`${organizations.length} organizations are in the queue.`);
await disconnect();
