import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { npm } from "../../scripts/package/npm.ts";
import { useRegistry } from "./project.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NAME = "published-by-these-tests";
const run = promisify(execFile);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "publish-"));
  await useRegistry(folder, inject("registry"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Packs a package of that version in the folder, and returns the name of the tarball. */
async function pack(version: string): Promise<string> {
  const manifest = { name: NAME, version, files: ["index.js"] }; // not npm's cache, which can be in this folder
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await npm(["pack"], { cwd: folder });
  return `${NAME}-${version}.tgz`;
}

/** Runs scripts/release/publish.ts there. Returns its output, or its errors if it failed. */
async function publish(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const options = { cwd: folder, env: { ...process.env, ...env } };
  return run(process.execPath, [join(ROOT, "scripts/release/publish.ts"), ...args], options).then(
    ({ stdout }) => stdout,
    ({ stderr }: { stderr: string }) => stderr,
  );
}

async function tags(): Promise<Record<string, string>> {
  return JSON.parse(await npm(["view", NAME, "dist-tags", "--json"], { cwd: folder })) as Record<string, string>;
}

test("a lower version and a pre-release are published under other tags, and `latest` does not move", async () => {
  expect(await publish([await pack("1.1.0")])).toMatch(/1\.1\.0 as `latest`, sha512-\S+$/m);
  await publish([await pack("1.0.1")]);
  await publish([await pack("2.0.0-beta.1")]);
  expect(await tags()).toEqual({ latest: "1.1.0", "release-1.0": "1.0.1", beta: "2.0.0-beta.1" });
});

test("publishing the same bytes again succeeds, and publishing other bytes under the same version fails", async () => {
  const tarball = await pack("1.2.0");
  await publish([tarball]);
  expect(await publish([tarball])).toMatch(/1\.2\.0 is already published, sha512-/);
  await writeFile(join(folder, "index.js"), "// more");
  expect(await publish([await pack("1.2.0")])).toContain("already published with different contents");
});

test("nothing is published with an option or a second tarball", async () => {
  const tarball = await pack("1.3.0");
  for (const more of ["--tag=latest", "another.tgz"]) {
    expect(await publish([tarball, more])).toContain("Pass one tested tarball");
  }
  expect((await tags())["latest"]).not.toBe("1.3.0");
});

test("nothing is published when the registry cannot be read", async () => {
  const unreachable = { npm_config_registry: "http://127.0.0.1:9/", npm_config_fetch_retries: "0" };
  const printed = await publish([await pack("1.4.0")], unreachable);
  expect(printed).toContain(`npm view ${NAME}@1.4.0 dist.integrity --json failed`);
});

test("`npm publish` in a checkout is stopped, and says how to publish a tested tarball", async () => {
  const published = npm(["publish", `--registry=${inject("registry")}`], { cwd: ROOT });
  await expect(published).rejects.toThrow("Pass one tested tarball: `npm pack`");
});
