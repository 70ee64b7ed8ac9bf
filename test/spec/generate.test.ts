import { spawn, spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { difference, generate, main, write } from "../../scripts/generate.ts";
import { readContract } from "../../scripts/spec/contract.ts";
import { redocly } from "../../scripts/spec/redocly.ts";
import { captured } from "../tooling/captured.ts";

// The lint takes most of the time, and other tests cover it. The processes below run it.
vi.mock(import("../../scripts/spec/redocly.ts"), () => ({
  redocly: vi.fn().mockResolvedValue({ status: 0, stdout: "", stderr: "" }),
}));
vi.mock(import("../../scripts/spec/contract.ts"), { spy: true });

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SPEC = "spec/openapi.yaml";
const FIXTURE = join(ROOT, "test/spec/fixture/openapi.yaml");

/** Returns a temporary copy of some files and folders of the project. */
async function copy(...names: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of names) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  return folder;
}

/** Returns a temporary folder with everything that `npm run generate` reads and writes. Its spec is the frozen one. */
async function project(): Promise<string> {
  const folder = await copy("spec/redocly.yaml", "scripts", "package.json", ".prettierrc.json");
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"), "dir");
  await cp(FIXTURE, join(folder, SPEC));
  await write(await generate(FIXTURE), join(folder, "generated"));
  return folder;
}

async function edit(folder: string, file: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(folder, file), "utf8");
  expect(text).toContain(from);
  await writeFile(join(folder, file), text.replace(from, to));
}

const generated = async (folder: string): Promise<Record<string, string>> => ({
  "schema.ts": await readFile(join(folder, "generated/schema.ts"), "utf8"),
  "contract.ts": await readFile(join(folder, "generated/contract.ts"), "utf8"),
});

/** Generates from a copy of the frozen spec in which a text is replaced. */
async function generateWith(from: string, to: string): Promise<Map<string, string>> {
  const folder = await copy();
  await cp(FIXTURE, join(folder, SPEC));
  await edit(folder, SPEC, from, to);
  return generate(join(folder, SPEC));
}

test("generation returns the committed bytes each time", async () => {
  const committed = await generated(ROOT);
  expect(Object.fromEntries(await generate())).toEqual(committed);
  expect(Object.fromEntries(await generate())).toEqual(committed);
});

test("a field that is added to the spec is in the generated types", async () => {
  const files = await generateWith(
    "        role_ids:\n",
    "        nickname:\n          type: string\n          description: A name.\n        role_ids:\n",
  );
  expect(files.get("schema.ts")).toContain("nickname?: string;");
});

test.each([
  ["a server without https", "- url: https://app.polytomic.com", "- url: http://app.polytomic.com", "must use https"],
  [
    "`data` without a type",
    '          type: [array, "null"]\n          description: The users',
    "          description: The users",
    "200 response of listCurrentOrgUsers",
  ],
  ["a syntax error", "openapi: 3.1.0\n", "openapi: 3.1.0\n  info: [", "is neither valid YAML nor valid JSON"],
  [
    "a response without an envelope",
    '$ref: "#/components/schemas/ApiKeyEnvelope"',
    '$ref: "#/components/schemas/ApiKey"',
    "The 200 response of createPartnerUserApiKey is not an envelope",
  ],
])("generation from a spec with %s is rejected with a message that names it", async (_name, from, to, message) => {
  await expect(generateWith(from, to)).rejects.toThrow(message);
});

test("the contract has the query parameters of a path too, and those of an operation once", async () => {
  const query = "- { name: NAME, in: query, schema: { type: string }, description: A filter. }";
  const path = "  /api/organization/users:\n    parameters:\n      ".concat(query.replace("NAME", "page"), "\n");
  const files = await generateWith("  /api/organization/users:\n", path);
  expect(files.get("contract.ts")?.match(/query: \[.*\]/g)).toEqual([
    'query: ["page"]',
    'query: ["page"]',
    'query: ["force"]',
  ]);
});

test("the contract has the fields of a request body whose format is `password`", async () => {
  const description = "          description: The email address for the invitation";
  const format = "          format: email\n";
  const files = await generateWith(format + description, format.replace("email", "password") + description);
  expect(files.get("contract.ts")?.match(/secrets: \[.*\]/g)).toEqual(['secrets: ["email"]']);
});

test("generation from a spec in two files is rejected with a message that names the reference", async () => {
  const folder = await copy();
  await cp(FIXTURE, join(folder, SPEC));
  await writeFile(join(folder, "spec/age.yaml"), "type: integer\ndescription: In years.\n");
  await edit(folder, SPEC, "        role_ids:\n", '        age:\n          $ref: "./age.yaml"\n        role_ids:\n');
  await expect(generate(join(folder, SPEC))).rejects.toThrow("it refers to ./age.yaml, which it does not contain");
});

test("the difference includes a file that the spec does not generate", async () => {
  const folder = await copy("generated");
  await writeFile(join(folder, "generated/groups.ts"), "export const GROUPS = [];\n");
  const files = new Map(Object.entries(await generated(ROOT)));
  expect(await difference(files, join(folder, "generated"))).toContain("-export const GROUPS = [];");
  expect(await difference(files)).toBe("");
});

test("`npm run generate` writes the files, and follows a new version in the spec", async () => {
  const folder = await project();
  const committed = await generated(folder);
  await rm(join(folder, "generated"), { recursive: true });
  await edit(folder, SPEC, 'version: "2025-09-18"', 'version: "2026-01-31"');
  const { status, stdout } = spawnSync(process.execPath, ["scripts/generate.ts"], { cwd: folder, encoding: "utf8" });
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: "Generated generated/schema.ts and generated/contract.ts.\n",
  });
  const contract = committed["contract.ts"]!.replace('"2025-09-18"', '"2026-01-31"');
  expect(await generated(folder)).toEqual({ ...committed, "contract.ts": contract });
});

test("an invalid spec is reported as the linter reports it, the exit code is 1 and nothing is written", async () => {
  const before = await generated(ROOT);
  const stdout = "spec/openapi.yaml:12:3: Error was generated by the operation-operationId rule.";
  vi.mocked(redocly).mockResolvedValueOnce({ status: 1, stdout, stderr: "" });
  expect(await captured(() => main([]))).toEqual({
    status: 1,
    stdout: "",
    stderr: `The spec is not valid.\n\n${stdout}\n`,
  });
  expect(await generated(ROOT)).toEqual(before);
});

test("--check exits with 0 if the generated files are up to date", async () => {
  expect(await captured(() => main(["--check"]))).toEqual({
    status: 0,
    stdout: "generated/ is up to date.\n",
    stderr: "",
  });
});

test("--check exits with 1, shows the difference and writes nothing if a generated file is out of date", async () => {
  const before = await generated(ROOT);
  const contract = await readContract(join(ROOT, SPEC));
  vi.mocked(readContract).mockResolvedValueOnce({ ...contract, version: "2020-01-01" });
  const { status, stderr } = await captured(() => main(["--check"]));
  expect(status).toBe(1);
  expect(stderr).toContain('-export const API_VERSION = "2025-09-18";');
  expect(stderr).toContain('+export const API_VERSION = "2020-01-01";');
  expect(await generated(ROOT)).toEqual(before);
});

test("--watch generates on each save, and continues after an invalid spec", { timeout: 300_000 }, async () => {
  const folder = await project();
  const child = spawn(process.execPath, ["scripts/generate.ts", "--watch"], { cwd: folder });
  onTestFinished(() => void child.kill());
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  const until = (check: () => void | Promise<void>): Promise<void> =>
    vi.waitFor(check, { timeout: 300_000, interval: 50 });

  await until(() => expect(output).toContain("Watching"));
  await edit(folder, SPEC, "version: ", "versio: ");
  await until(() => expect(output).toMatch(/^The spec is not valid\.\n[^]*spec\/openapi\.yaml:\d+:\d+/m));
  await edit(folder, SPEC, 'versio: "2025-09-18"', 'version: "2026-01-31"');
  await until(async () => expect((await generated(folder))["contract.ts"]).toContain("2026-01-31"));
  child.kill("SIGINT");
  await until(() => expect(child.signalCode).toBe("SIGINT"));
});

test.each([
  [["--chek"], "Unknown option '--chek'"],
  [["--check", "--watch"], "Use either --check"],
])("the options %j are refused without a stack trace", async (options, message) => {
  const { status, stderr } = await captured(() => main(options));
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(message) });
  expect(stderr).not.toContain("    at ");
});
