/**
 * Invites everybody in a CSV file (`email,role`), some at a time, with a progress bar and a report to resume from.
 * Run it as often as you like, also after it broke off: nobody is invited twice.
 *
 *     npm run example bulk-invite examples/people.csv report.jsonl
 */
import { createHash } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { ApiError, isPolytomicError, Polytomic } from "polytomic-users";

const [file = "examples/people.csv", report = "report.jsonl"] = process.argv.slice(2);
interface Outcome {
  of: string; // the address of the organization's users: a report may be about several, and about several servers
  email: string;
  outcome: "invited" | "was there" | "refused" | "unknown";
  message?: string;
}

const { users } = new Polytomic({ maxRetries: 5 }).organization(process.env["POLYTOMIC_ORGANIZATION_ID"] ?? "");

// 1. Who is wanted: each address once, the way the API keeps it. The last row of an address counts.
const rows = parse<{ email: string; role: string }>(await readFile(file), { columns: true, trim: true });
const wanted = new Map(rows.map(({ email, role }) => [email.toLowerCase(), role]));

// 2. Who is done: people whom an earlier run invited here, even if somebody has removed them since, and who is there.
const { data, response } = await users.list().withResponse();
const there = new Set(data.map(({ email }) => email.toLowerCase()));
const earlier = (await readFile(report, "utf8").catch(() => ""))
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Outcome)
  .filter((line) => line.of === response.url);
const done = new Set(earlier.filter(({ outcome }) => outcome === "invited").map(({ email }) => email));

/**
 * The API gives one outcome per idempotency key, for a day. So whoever is in doubt has to ask with the same key again,
 * and whoever was refused with another.
 */
function keyFor(email: string, role: string): string {
  const refusals = earlier.filter((line) => line.email === email && line.outcome === "refused").length;
  return createHash("sha256")
    .update(JSON.stringify([response.url, email, role, refusals]))
    .digest("hex");
}

async function invite(email: string, role: string): Promise<Omit<Outcome, "of">> {
  if (there.has(email)) return { email, outcome: "was there" };
  try {
    await users.create({ email, role }, { idempotencyKey: keyFor(email, role) });
    return { email, outcome: "invited" };
  } catch (error) {
    if (!isPolytomicError(error)) throw error;
    const final = error instanceof ApiError && error.status <= 500 && ![408, 409, 429].includes(error.status);
    return { email, outcome: final ? "refused" : "unknown", message: error.message };
  }
}

// 3. Invite. Four workers share one iterator, so that no more than four calls are on their way.
const queue = [...wanted].filter(([email]) => !done.has(email));
const counts: Record<string, number> = { "invited earlier": wanted.size - queue.length };
const turns = queue.values();
let finished = 0;
async function work(): Promise<void> {
  for (const [email, role] of turns) {
    const outcome = await invite(email, role);
    await appendFile(report, `${JSON.stringify({ of: response.url, ...outcome })}\n`);
    counts[outcome.outcome] = (counts[outcome.outcome] ?? 0) + 1;
    const bar = "#".repeat((20 * ++finished) / queue.length).padEnd(20, ".");
    process.stderr.write(`\r[${bar}] ${finished}/${queue.length}`);
  }
}
await Promise.all(Array.from({ length: 4 }, work));
process.stderr.write("\n");

console.log(counts);
process.exitCode = (counts["refused"] ?? 0) + (counts["unknown"] ?? 0) > 0 ? 1 : 0;
