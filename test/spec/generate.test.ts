import { spawn, spawnSync } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test, vi } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A copy of what generation needs, to change and to break. */
async function project(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ["spec", "generated", "scripts", "package.json", ".prettierrc.json"]) {
    await cp(join(ROOT, name), join(folder, name), { recursive: true });
  }
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"), "dir");
  return folder;
}

function generate(folder: string, ...options: string[]): { status: number | null; output: string } {
  const run = spawnSync(process.execPath, ["scripts/generate.ts", ...options], { cwd: folder, encoding: "utf8" });
  return { status: run.status, output: run.stdout + run.stderr };
}

async function edit(folder: string, file: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(folder, file), "utf8");
  expect(text).toContain(from);
  await writeFile(join(folder, file), text.replace(from, to));
}

const generated = (folder: string): Promise<string[]> =>
  Promise.all(["schema.ts", "contract.ts"].map((name) => readFile(join(folder, "generated", name), "utf8")));

describe("generation", () => {
  test("writes the same bytes twice, and they are the committed ones", async () => {
    const folder = await project();
    const committed = await generated(folder);
    for (let run = 0; run < 2; run++) {
      await rm(join(folder, "generated"), { recursive: true });
      expect(generate(folder)).toMatchObject({ status: 0 });
      expect(await generated(folder)).toEqual(committed);
    }
  });

  test("follows the spec", async () => {
    const folder = await project();
    await edit(folder, "spec/openapi.yaml", 'version: "2025-09-18"', 'version: "2026-01-31"');
    await edit(folder, "spec/openapi.yaml", "        role_ids:\n", "        nickname:\n          type: string\n          description: A name.\n        role_ids:\n"); // prettier-ignore
    expect(generate(folder)).toMatchObject({ status: 0 });
    const [schema, contract] = await generated(folder);
    expect(schema).toContain("nickname?: string;");
    expect(contract).toContain('API_VERSION = "2026-01-31"');
  });

  test("of an invalid spec says file, line and rule, exits with 1 and leaves generated/ as it was", async () => {
    const folder = await project();
    const before = await generated(folder);
    await edit(folder, "spec/openapi.yaml", "      operationId: listCurrentOrgUsers\n", "");
    const { status, output } = generate(folder);
    expect(status).toBe(1);
    expect(output).toMatch(/spec\/openapi\.yaml:\d+:\d+/);
    expect(output).toContain("operation-operationId");
    await writeFile(join(folder, "spec/openapi.yaml"), "openapi: 3.1.0\n  info: [");
    const broken = generate(folder);
    expect(broken.status).toBe(1);
    expect(broken.output).toMatch(/spec\/openapi\.yaml" \(2:7\)/);
    expect(await generated(folder)).toEqual(before);
    expect(await readdir(join(folder, "generated"))).toEqual(await readdir(join(ROOT, "generated")));
  });
});

describe("a spec that the client would misread is refused by name, and writes nothing", () => {
  test.each([
    ["a server without https", "- url: https://app.polytomic.com", "- url: http://app.polytomic.com", "must be https"],
    ["a server with a variable", "- url: https://app.polytomic.com", "- url: https://{host}.polytomic.com", "no-undefined-server-variable"], // prettier-ignore
    ["data of no type", 'type: [array, "null"]\n', 'anyOf: [{ type: array, items: {} }, { type: "null" }]\n', "listCurrentOrgUsers"], // prettier-ignore
  ])("%s", async (_name, from, to, message) => {
    const folder = await project();
    await edit(folder, "spec/openapi.yaml", from, to);
    const { status, output } = generate(folder);
    expect(status).toBe(1);
    expect(output).toContain(message);
    expect(await generated(folder)).toEqual(await generated(ROOT));
  });
});

test("a spec in two files is refused by name, since it is published and compared as one", async () => {
  const folder = await project();
  await writeFile(join(folder, "spec/retry.yaml"), "type: integer\ndescription: Seconds.\nexample: 30\n");
  const text = await readFile(join(folder, "spec/openapi.yaml"), "utf8");
  const parts = text.replace(
    "        role_ids:\n",
    '        age:\n          $ref: "./retry.yaml"\n        role_ids:\n',
  );
  await writeFile(join(folder, "spec/openapi.yaml"), parts);
  const { status, output } = generate(folder);
  expect(status).toBe(1);
  expect(output).toContain("The spec refers to ./retry.yaml.");
  expect(output).not.toContain("    at ");
});

describe("--check", () => {
  test("passes when generated/ is what the spec generates", async () => {
    expect(generate(await project(), "--check")).toMatchObject({ status: 0 });
  });

  test("exits with 1, shows the difference and writes nothing when it is stale", async () => {
    const folder = await project();
    await edit(folder, "generated/contract.ts", '"2025-09-18"', '"2020-01-01"');
    const { status, output } = generate(folder, "--check");
    expect(status).toBe(1);
    expect(output).toContain('-export const API_VERSION = "2020-01-01";');
    expect(output).toContain('+export const API_VERSION = "2025-09-18";');
    expect((await generated(folder))[1]).toContain("2020-01-01");
  });
});

test("--check finds a file that the spec does not generate", async () => {
  const folder = await project();
  await writeFile(join(folder, "generated/groups.ts"), "export const GROUPS = [];\n");
  const { status, output } = generate(folder, "--check");
  expect(status).toBe(1);
  expect(output).toContain("-export const GROUPS = [];");
});

test("--watch generates on each save, and waits a broken spec out", async () => {
  const folder = await project();
  const child = spawn(process.execPath, ["scripts/generate.ts", "--watch"], { cwd: folder });
  onTestFinished(() => void child.kill());
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  const until = (check: () => void | Promise<void>): Promise<void> =>
    vi.waitFor(check, { timeout: 20_000, interval: 50 });

  await until(() => expect(output).toContain("Watching"));
  await edit(folder, "spec/openapi.yaml", "version: ", "versio: ");
  await until(() => expect(output).toContain("The spec is not valid"));
  await edit(folder, "spec/openapi.yaml", 'versio: "2025-09-18"', 'version: "2026-01-31"');
  await until(async () => expect((await generated(folder))[1]).toContain("2026-01-31"));
  child.kill("SIGINT");
  await until(() => expect(child.signalCode).toBe("SIGINT"));
}, 60_000);

test.each([
  [["--chek"], "Unknown option '--chek'"],
  [["--check", "--watch"], "choose one"],
])("%s is refused", async (options, message) => {
  const { status, output } = generate(await project(), ...options);
  expect(status).toBe(1);
  expect(output).toContain(message);
  expect(output).not.toContain("    at ");
});
