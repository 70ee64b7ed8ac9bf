import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const OXLINT = join(process.cwd(), "node_modules/oxlint/bin/oxlint");

const importing = (specifier: string): string => `export { thing } from "${specifier}";`;

/** A file for each planted violation, with the rule that refuses it. */
const REFUSED: Readonly<Record<string, readonly [program: string, rule: string]>> = {
  "src/http/node-import.ts": [importing("node:fs"), "no-nodejs-modules"],
  "src/http/unprefixed-node-import.ts": [importing("path"), "no-nodejs-modules"],
  "src/http/dynamic-node-import.ts": [`export const os = import("node:os");`, "no-nodejs-modules"],
  "src/process.ts": [`export const key = process.env["POLYTOMIC_API_KEY"];`, "no-undef"],
  "src/testing/buffer.ts": [`export const bytes = Buffer.from("a");`, "no-undef"],
  "src/document.ts": [`export const title = document.title;`, "no-undef"],
  "src/global-process.ts": [`export const env = globalThis.process.env;`, "no-restricted-globals"],
  "src/storage.ts": [`localStorage.clear();`, "no-restricted-globals"],
  "src/new-runtimes-only.ts": [`export const pattern = new URLPattern();`, "no-restricted-globals"],
  "src/resources/users.ts": [importing("openapi-fetch"), "no-restricted-imports"],
  "src/testing/app.ts": [importing("openapi-fetch"), "no-restricted-imports"],
  "src/index.ts": [importing("./testing/index.ts"), "no-restricted-imports"],
  "src/http/attempt.ts": [importing("../testing/index.ts"), "no-restricted-imports"],
  "src/testing/check.ts": [importing("../errors.ts"), "no-restricted-imports"],
  "src/testing/delay.ts": [importing("../http/send.ts"), "no-restricted-imports"],
  "src/testing/resources/users.ts": [importing("../../http/send.ts"), "no-restricted-imports"],
  "src/polytomic.ts": [importing("./cli/usage.ts"), "no-restricted-imports"],
  "src/cli/sync.ts": [importing("../http/send.ts"), "no-restricted-imports"],
  "scripts/spec/types.ts": [importing("openapi-typescript"), "no-restricted-imports"],
  "src/options.ts": [`import type { Thing } from "./events.ts";\nexport type Other = Thing;`, "no-cycle"],
  "src/events.ts": [`import type { Other } from "./options.ts";\nexport type Thing = Other | string;`, "no-cycle"],
};

const PORTABLE = `
export const send = (): Promise<Response> => fetch(new URL("https://example.com"), { signal: AbortSignal.timeout(1) });
export const id: string = crypto.randomUUID() + btoa(new TextDecoder().decode(new Uint8Array())) + performance.now();
export const timer = setTimeout(() => console.warn(structuredClone(new Map())), 1);
`;

const ALLOWED: Readonly<Record<string, string>> = {
  "src/portable.ts": PORTABLE,
  "src/http/send.ts": importing("openapi-typescript-helpers"),
  "src/testing/routes.ts": `${importing("../formats.ts")}\nexport * from "../../generated/contract.ts";`,
  "src/testing/resources/roles.ts": `${importing("../../formats.ts")}\nexport * from "../state.ts";`,
  "src/testing/node.ts": `${importing("node:fs")}\nprocess.exit();`,
  "src/cli/main.ts": `${importing("node:fs")}\nexport * from "../testing/routes.ts";\nprocess.exit();`,
  "scripts/generate.ts": importing("openapi-typescript"),
};

let folder: string;
/** The rules that a planted file violates, such as `import(no-cycle)`. */
const violations: Record<string, string[]> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lint-"));
  await copyFile(".oxlintrc.json", join(folder, ".oxlintrc.json"));
  const refused = Object.entries(REFUSED).map(([file, [program]]) => [file, program] as const);
  for (const [file, program] of [...refused, ...Object.entries(ALLOWED)]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `${program}\n`);
  }
  const { stdout } = spawnSync(process.execPath, [OXLINT, "--format=json"], { cwd: folder, encoding: "utf8" });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  for (const { code, filename } of diagnostics) (violations[filename.replaceAll("\\", "/")] ??= []).push(code);
});

afterAll(() => rm(folder, { recursive: true }));

test.each(Object.entries(REFUSED))("the linter refuses %s: %j", (file, [, rule]) => {
  expect(violations[file]).toContainEqual(expect.stringContaining(`(${rule})`));
});

test.each(Object.entries(ALLOWED))("the linter allows %s: %j", (file) => {
  expect(violations[file]).toBeUndefined();
});
