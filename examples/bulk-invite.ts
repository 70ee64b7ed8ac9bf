/**
 * Invites everybody in a CSV file (`email,role`), four at a time, with a progress bar and a report to resume from. You
 * can run it again at any time, even after a crash: nobody is invited twice.
 *
 *     npm run demo -- bulk-invite examples/people.csv report.jsonl --apply
 */
import { hash } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { ApiError, isPolytomicError, Polytomic } from "polytomic-users";
import { isApplied, organizationId, run, UsageError } from "./shared/program.ts";

/** Reads the file. Addresses are compared in lower case, as the API stores them; the last row of an address counts. */
async function readPeople(file: string): Promise<Map<string, string>> {
  const columns = (heading: string[]): string[] => {
    const names = heading.map((name) => name.toLowerCase());
    if (names.includes("email") && names.includes("role")) return names;
    throw new Error(`the first line of ${file} must contain the columns email and role, but is "${heading.join()}".`);
  };
  const options = { bom: true, columns, delimiter: [",", ";"], skip_empty_lines: true, trim: true };
  const rows = parse<{ email: string; role: string }>(await readFile(file), options);
  return new Map(rows.map(({ email, role }) => [email.toLowerCase(), role]));
}

interface Entry {
  /** The URL of the list of users: a report can cover several organizations and servers. */
  readonly of: string;
  readonly email: string;
  readonly outcome: string;
}

/** Reads what earlier runs reported about this list of users, without a last line that a crash left incomplete. */
async function readReport(file: string, of: string): Promise<Entry[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  const lines = text.match(/^\{.*[^\\]"\}$/gm) ?? [];
  return lines.map((line) => JSON.parse(line) as Entry).filter((entry) => entry.of === of);
}

/** Ends an incomplete last line, and fails if the report cannot be written. */
async function prepareReport(file: string): Promise<void> {
  const text = await readFile(file, "utf8").catch(() => "");
  await appendFile(file, /.$/.test(text) ? "\n" : "");
}

function stop(error: Error): never {
  throw new UsageError(`Nobody was invited: ${error.message}`);
}

await run(async ([file = "examples/people.csv", report = "report.jsonl"]) => {
  const { users } = new Polytomic({ maxRetries: 5 }).organization(organizationId());
  const wanted = await readPeople(file).catch(stop);

  // 1. Skip existing users, and people whom an earlier run invited, even if they have been deleted since.
  const { data, response } = await users.list().withResponse().catch(stop);
  const there = new Set(data.map(({ email }) => email.toLowerCase()));
  const of = response.url;
  const earlier = await readReport(report, of);
  const done = new Set(earlier.filter(({ outcome }) => outcome === "invited").map(({ email }) => email));
  const queue = [...wanted].filter(([email]) => !done.has(email));
  const invited = queue.filter(([email]) => !there.has(email)).length;
  if (!isApplied(`This invites ${invited} of the ${wanted.size} people in ${file} to ${of}.`)) return;
  await prepareReport(report).catch(stop);

  async function invite(email: string, role: string): Promise<[outcome: string, message?: string]> {
    if (there.has(email)) return ["existing"];
    // For a day, the API replays the first response to an idempotency key. Use the same key again when the outcome is
    // unknown, and a new one after a refusal.
    const refusals = earlier.filter((line) => line.email === email && line.outcome === "refused").length;
    const idempotencyKey = hash("sha256", JSON.stringify([of, email, role, refusals]));
    try {
      await users.create({ email, role }, { idempotencyKey });
      return ["invited"];
    } catch (error) {
      if (!isPolytomicError(error)) throw error;
      const final = error instanceof ApiError && error.status <= 500 && ![408, 409, 429].includes(error.status);
      return [final ? "refused" : "unknown", error.message];
    }
  }

  // 2. Invite. Four workers share one iterator, so at most four calls run at the same time.
  const counts: Record<string, number> = { "invited earlier": wanted.size - queue.length };
  const turns = queue.values();
  let finished = 0;
  async function work(): Promise<void> {
    for (const [email, role] of turns) {
      const [outcome, message] = await invite(email, role);
      await appendFile(report, `${JSON.stringify({ of, email, outcome, message })}\n`);
      counts[outcome] = (counts[outcome] ?? 0) + 1;
      const bar = "#".repeat((20 * ++finished) / queue.length).padEnd(20, ".");
      process.stderr.write(`\r[${bar}] ${finished}/${queue.length}`);
    }
  }
  await Promise.all(Array.from({ length: 4 }, work));
  process.stderr.write("\n");

  console.log(counts);
  process.exitCode = (counts["refused"] ?? 0) + (counts["unknown"] ?? 0) > 0 ? 1 : 0;
});
