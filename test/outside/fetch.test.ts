import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import type { Polytomic } from "../../dist/index.js";
import { serveSandbox } from "./sandbox.ts";

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Not imported by name, so that the project compiles without the packages of this folder. */
const { implementations } = (await import(pathOf("consumers/fetch.ts"))) as {
  readonly implementations: Record<string, (apiKey: string, baseUrl: string) => Polytomic>;
};

test.each([false, true])(
  "a client accepts undici 6, 7 and 8, node-fetch 3 and the global fetch without a cast (exactOptionalPropertyTypes: %s)",
  async (exactOptionalPropertyTypes) => {
    const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const compilerOptions = {
      strict: true,
      noEmit: true,
      exactOptionalPropertyTypes,
      module: "nodenext",
      target: "es2022",
      types: ["node"],
      typeRoots: [pathOf("../../node_modules/@types")],
    };
    const project = join(folder, "tsconfig.json");
    await writeFile(project, JSON.stringify({ compilerOptions, files: [pathOf("consumers/fetch.ts")] }));
    const tsc = pathOf("../../node_modules/typescript-7/bin/tsc");
    const compiled = promisify(execFile)(process.execPath, [tsc, "--project", project]);
    expect(await compiled.catch(({ stdout }: { stdout: string }) => ({ stdout }))).toMatchObject({ stdout: "" });
  },
);

test.each(Object.entries(implementations))("a client works with %s", async (_name, createClient) => {
  const { sandbox, served } = await serveSandbox();
  sandbox.fail({ status: 503, retryAfter: 0 });
  const { users } = createClient(sandbox.apiKey, served.url);
  expect(await users.list()).toHaveLength(2);
  expect((await users.create({ email: "ada@acmecorp.com" })).email).toBe("ada@acmecorp.com");
  expect((await users.get(sandbox.organizationId).result()).error).toMatchObject({ name: "NotFoundError" });
  const aborted = users.list({ signal: AbortSignal.abort(new Error("no longer needed")) });
  await expect(aborted).rejects.toThrow("no longer needed");
});
