import { execFileSync } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { tableOf } from "../docs/tables.ts";
import { vendors } from "../docs/clients.ts";
import { measure, MEASURES } from "../docs/measure.ts";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const rows = await tableOf("docs/guides/comparison.md", /^\| scenario/);
const vendorsCell = Object.fromEntries(rows.map(([name = "", , cell = ""]) => [name, cell]));

test.concurrent.each(Object.keys(MEASURES))(
  "docs/guides/comparison.md is right about Polytomic's client: %s",
  async (row) => {
    expect(await measure(row, vendors)).toBe(vendorsCell[row]);
  },
);

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly dependencies?: object }>>;
}

/** Adds the folder of a package, and those of its dependencies, to the folders that are installed because of it. */
function addInstalled({ packages }: Lockfile, name: string, from: string, found: Set<string>): void {
  const folder = join(from, "node_modules", name);
  const parent = from.slice(0, Math.max(0, from.lastIndexOf("/node_modules/")));
  if (!packages[folder]) return addInstalled({ packages }, name, parent, found);
  if (found.has(folder)) return;
  found.add(folder);
  for (const each of Object.keys(packages[folder].dependencies ?? {})) addInstalled({ packages }, each, folder, found);
}

test("the number of Polytomic's dependencies in docs/guides/comparison.md is that of the lockfile", async () => {
  const lockfile = JSON.parse(await readFile(join(FOLDER, "package-lock.json"), "utf8")) as Lockfile;
  const found = new Set<string>();
  addInstalled(lockfile, "polytomic", "", found);
  expect(String(found.size - 1)).toBe(vendorsCell["dependencies"]);
});

test("Polytomic's client has no sandbox, as docs/guides/comparison.md says", async () => {
  const files = await readdir(join(FOLDER, "node_modules/polytomic"), { recursive: true });
  expect(files.filter((file) => /sandbox|mock|testing/i.test(file))).toEqual([]);
  expect(vendorsCell["sandbox for tests"]).toBe("no");
});

test("Polytomic's client has the calls that docs/guides/migrating.md replaces", async () => {
  const moves = await tableOf("docs/guides/migrating.md", /^\| `polytomic` 1\.18\.1/);
  const existing = moves.filter(([theirs]) => theirs !== "none");
  const calls = existing.map(([theirs = ""]) => `void ${theirs.replaceAll("`", "")};`);
  const program = join(FOLDER, "moves.ts");
  await writeFile(
    program,
    `import { PolytomicClient } from "polytomic";
declare const [partnerKey, orgId, id, email, roleId]: string[];
declare const signal: AbortSignal;
declare const client: PolytomicClient;
${calls.join("\n")}
`,
  );
  try {
    execFileSync(process.execPath, ["../../node_modules/typescript-7/bin/tsc", "--ignoreConfig", "--noEmit", "--skipLibCheck", "--module", "nodenext", "--target", "es2023", program], { cwd: FOLDER, encoding: "utf8" }); // prettier-ignore
  } finally {
    await rm(program);
  }
});
