import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { generate, write } from "../../scripts/generate.ts";

// The lint takes most of the time of generate(), and test/spec covers it.
vi.mock(import("../../scripts/spec/redocly.ts"), () => ({
  redocly: () => Promise.resolve({ status: 0, stdout: "", stderr: "" }),
}));

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

type Edit = (spec: string) => string;

/** Adds an operation next to those of a customer organization. */
const addOperation =
  (operationId: string): Edit =>
  (spec) => {
    const path = "/api/organizations/{org_id}/users/{id}";
    const from = spec.indexOf(`  ${path}/keys:\n`);
    const to = spec.indexOf("\ncomponents:");
    const added = spec.slice(from, to).replace("/keys:", "/extra:").replace("createPartnerUserApiKey", operationId);
    return spec.slice(0, to) + added + spec.slice(to);
  };

const EDITS = {
  addsComment: (spec) => `${spec}# A comment.\n`,
  addsPartnerOperation: addOperation("suspendPartnerUser"),
  addsOwnOperation: addOperation("suspendCurrentOrgUser"),
  addsOperationOfNoFamily: addOperation("listGroups"),
  renamesOperation: (spec) => spec.replace("operationId: getPartnerUser", "operationId: readPartnerUser"),
  addsFieldToLists: (spec) =>
    spec.replace(
      /(UserListEnvelope:[^]*?items:\n)( +)\$ref: (.+)\n/,
      "$1$2allOf:\n$2  - $ref: $3\n$2  - type: object\n$2    properties:\n$2      nickname:\n$2        type: string\n",
    ),
  requiresParameter: (spec) =>
    spec.replace("name: force\n      in: query\n", "name: force\n      in: query\n      required: true\n"),
} satisfies Record<string, Edit>;

let folder: string;
let output: string;

// One run of the compiler for all edits: it spends most of its time on reading libraries.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  await cp(join(ROOT, "tsconfig.json"), join(folder, "tsconfig.json"));
  await cp(join(ROOT, "package.json"), join(folder, "package.json"));
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"), "dir");
  const spec = await readFile(join(ROOT, "spec/openapi.yaml"), "utf8");
  await Promise.all(Object.entries(EDITS).map(([name, edit]) => generateFrom(edit, spec, join(folder, name))));
  const files = Object.keys(EDITS).map((name) => `${name}/src/index.ts`);
  await writeFile(
    join(folder, "tsconfig.edits.json"),
    JSON.stringify({ extends: "./tsconfig.json", files, include: [] }),
  );
  const compiler = join(ROOT, "node_modules/typescript-7/bin/tsc");
  const options = { cwd: folder, encoding: "utf8" } as const;
  output = spawnSync(process.execPath, [compiler, "-p", "tsconfig.edits.json"], options).stdout;
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

/** Copies the façade, and generates what it needs from the edited spec. */
async function generateFrom(edit: Edit, spec: string, copy: string): Promise<void> {
  await cp(join(ROOT, "src"), join(copy, "src"), { recursive: true });
  const edited = edit(spec);
  expect(edited).not.toBe(spec);
  await writeFile(join(copy, "openapi.yaml"), edited);
  await write(await generate(join(copy, "openapi.yaml")), join(copy, "generated"));
}

/** Returns the compiler errors in the copy with an edit. Further lines of an error are indented. */
function errorsOf(edit: keyof typeof EDITS): string {
  const errors = output.split(/^(?=\S)/m);
  return errors.filter((error) => error.startsWith(`${edit}/`)).join("");
}

test("a spec with the same operations compiles", () => expect(errorsOf("addsComment")).toBe(""));

test.each([
  ["addsPartnerOperation", "suspendPartnerUser"],
  ["addsOwnOperation", "suspendCurrentOrgUser"],
  ["addsOperationOfNoFamily", "listGroups"],
] as const)("a new operation without a method (%s) does not compile, and one error names it: %s", (edit, operation) => {
  expect(errorsOf(edit)).toMatch(
    new RegExp(
      String.raw`^${edit}/src/\S+ error TS2344: Type '"${operation}"' does not satisfy the constraint 'never'\.\n$`,
    ),
  );
});

test("a method whose operation was removed or renamed does not compile", () => {
  expect(errorsOf("renamesOperation")).toContain('"getPartnerUser"');
});

test("a method that would drop a field of the operation's data does not compile, and an error names the operation", () => {
  for (const operation of ["listCurrentOrgUsers", "listPartnerUsers"]) {
    expect(errorsOf("addsFieldToLists")).toMatch(
      new RegExp(
        String.raw`^addsFieldToLists/src/users\.ts\S+ error TS2344: Type '"${operation}"' does not satisfy`,
        "m",
      ),
    );
  }
});

test("a method that does not pass a required parameter does not compile", () => {
  expect(errorsOf("requiresParameter")).toMatch(/src\/users\.ts.*'force' is missing/);
});
