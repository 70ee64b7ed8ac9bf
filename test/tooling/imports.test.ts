import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const OXLINT = join(process.cwd(), "node_modules/oxlint/bin/oxlint");

/** Lints a project that consists of these files, with this project's rules. */
async function lint(files: Readonly<Record<string, string>>): Promise<{ status: number | null; stdout: string }> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await copyFile(".oxlintrc.json", join(folder, ".oxlintrc.json"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return spawnSync(process.execPath, [OXLINT, "--deny-warnings"], { cwd: folder, encoding: "utf8" });
}

const importing = (specifier: string): string =>
  `import type { Thing } from "${specifier}";\nexport const thing = (given: Thing): Thing => given;\n`;

test.each([
  ["src/errors.ts", "./config.ts"],
  ["src/events.ts", "./http/retry.ts"],
  ["src/options.ts", "./call.ts"],
  ["src/objects.ts", "./operations.ts"],
  ["src/config.ts", "./http/authorize.ts"],
  ["src/operations.ts", "./users.ts"],
  ["src/http/retry.ts", "../call.ts"],
  ["src/http/attempt.ts", "../polytomic.ts"],
  ["src/call.ts", "./users.ts"],
  ["src/users.ts", "./polytomic.ts"],
  ["src/users.ts", "./http/send.ts"],
  ["src/polytomic.ts", "./index.ts"],
  ["src/index.ts", "./testing/index.ts"],
  ["src/http/send.ts", "../../scripts/generate.ts"],
  ["src/http/send.ts", "../../test/facts.ts"],
  ["src/testing/app.ts", "../errors.ts"],
  ["src/testing/resources/users.ts", "../../errors.ts"],
  ["src/testing/resources/users.ts", "../../../scripts/generate.ts"],
  ["src/a-new-resource.ts", "./polytomic.ts"],
  ["src/a-new-resource.ts", "./http/send.ts"],
  ["src/call.ts", "./a-new-resource.ts"],
  ["src/config.ts", "./a-new-resource.ts"],
  ["src/http/send.ts", "../a-new-resource.ts"],
  ["src/http/deep/a-new-file.ts", "../../polytomic.ts"],
  ["src/http/send.ts", "openapi-fetch"],
  ["src/polytomic.ts", "openapi-fetch"],
  ["src/a-new-file.ts", "openapi-fetch"],
  ["scripts/spec/contract.ts", "openapi-typescript"],
  ["scripts/a-new-file.ts", "openapi-typescript"],
])("%s must not import %s", async (file, specifier) => {
  const { status, stdout } = await lint({ [file]: importing(specifier) });
  expect(stdout).toContain("no-restricted-imports");
  expect(status).toBe(1);
});

test("two files must not import from each other, not even types", async () => {
  const { status, stdout } = await lint({
    "src/options.ts": `import type { Thing } from "./events.ts";\nexport type Other = Thing;\n`,
    "src/events.ts": `import type { Other } from "./options.ts";\nexport type Thing = Other | string;\n`,
  });
  expect(stdout).toContain("no-cycle");
  expect(status).toBe(1);
});

test("a file may import from the layers below its own", async () => {
  const lower: Record<string, string[]> = {
    "src/index.ts": ["./polytomic.ts"],
    "src/a-new-resource.ts": ["./call.ts", "../generated/schema.ts"],
    "src/polytomic.ts": ["./users.ts", "./a-new-resource.ts", "./call.ts", "./http/send.ts", "./config.ts"],
    "src/users.ts": ["./call.ts", "./operations.ts", "./options.ts"],
    "src/call.ts": ["./http/send.ts", "./errors.ts"],
    "src/http/attempt.ts": ["openapi-fetch", "../config.ts", "./prepare.ts"],
    "src/config.ts": ["./options.ts", "./errors.ts", "../generated/contract.ts"],
    "src/testing/app.ts": ["./state.ts", "../../generated/contract.ts"],
    "src/testing/resources/users.ts": ["./resource.ts", "../state.ts", "../../../generated/contract.ts"],
    "scripts/generate.ts": ["openapi-typescript"],
  };
  for (const [file, specifiers] of Object.entries(lower)) {
    for (const specifier of specifiers) {
      expect(await lint({ [file]: importing(specifier) }), `${file} ← ${specifier}`).toMatchObject({ status: 0 });
    }
  }
});
