/**
 * Invites everybody in a CSV file (`email,role`), some at a time, with a progress bar and a report to resume from.
 * Run it as often as you like, also after it broke off: nobody is invited twice.
 *
 *     npm run example bulk-invite examples/people.csv report.jsonl
 */
import { hash } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { ApiError, isPolytomicError, Polytomic } from "polytomic-users";

const [file = "examples/people.csv", report = "report.jsonl"] = process.argv.slice(2);
const { users } = new Polytomic({ maxRetries: 5 }).organization(process.env["POLYTOMIC_ORGANIZATION_ID"] ?? "");

// 1. Who is wanted: each address once, the way the API keeps it. The last row of an address counts.
async function readPeople(): Promise<Map<string, string>> {
  const columns = (heading: string[]): string[] => {
    const names = heading.map((name) => name.toLowerCase());
    if (names.includes("email") && names.includes("role")) return names;
    throw new Error(`the first line of ${file} has to name the columns email and role; it is "${heading.join()}".`);
  };
  const options = { bom: true, columns, delimiter: [",", ";"], skip_empty_lines: true, trim: true };
  const rows = parse<{ email: string; role: string }>(await readFile(file), options);
  return new Map(rows.map(({ email, role }) => [email.toLowerCase(), role]));
}
const wanted = await readPeople().catch(stop);

// 2. Who is done: people whom an earlier run invited here, even if somebody has removed them since, and who is there.
const { data, response } = await users.list().withResponse().catch(stop);
const there = new Set(data.map(({ email }) => email.toLowerCase()));
const of = response.url; // a report may be about several organizations, and about several servers
const text = await readFile(report, "utf8").catch(() => "");
await appendFile(report, /.$/.test(text) ? "\n" : "").catch(stop); // after a line that was cut off, which says nothing
const lines = text.match(/^\{.*[^\\]"\}$/gm) ?? [];
const entries = lines.map((line) => JSON.parse(line) as { of: string; email: string; outcome: string });
const earlier = entries.filter((entry) => entry.of === of);
const done = new Set(earlier.filter(({ outcome }) => outcome === "invited").map(({ email }) => email));

function stop(error: Error): never {
  console.error(`Nobody was invited: ${error.message}`);
  process.exit(1);
}

async function invite(email: string, role: string): Promise<[outcome: string, message?: string]> {
  if (there.has(email)) return ["was there"];
  // One key has one outcome, for a day: whoever is in doubt needs the same again, whoever was refused another.
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

// 3. Invite. Four workers share one iterator, so that no more than four calls are on their way.
const queue = [...wanted].filter(([email]) => !done.has(email));
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
