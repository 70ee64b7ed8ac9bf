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
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: NAME, version }));
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

test("the first version of a package is published as `latest`, and its integrity is printed", async () => {
  const printed = await publish([await pack("1.1.0")]);
  expect(printed).toMatch(/^Published published-by-these-tests 1\.1\.0 as `latest`, sha512-\S+$/m);
  expect(await tags()).toEqual({ latest: "1.1.0" });
});

test("a lower version is published under the tag of its line, and `latest` does not move", async () => {
  expect(await publish([await pack("1.0.1")])).toContain("as `release-1.0`");
  expect(await tags()).toEqual({ latest: "1.1.0", "release-1.0": "1.0.1" });
});

test("a lower version is not published as `latest`", async () => {
  const printed = await publish([await pack("1.0.2"), "--tag", "latest"]);
  expect(printed).toContain("1.0.2 cannot be `latest`, because that tag is already on 1.1.0");
  expect(printed).toContain("`release-1.0`");
  expect(await tags()).toEqual({ latest: "1.1.0", "release-1.0": "1.0.1" });
});

test("a pre-release is published under the tag of its name, and never as `latest`", async () => {
  const tarball = await pack("2.0.0-beta.1");
  expect(await publish([tarball, "--tag=latest"])).toContain("2.0.0-beta.1 is a pre-release and cannot be `latest`");
  expect(await publish([tarball])).toContain("as `beta`");
  expect(await tags()).toMatchObject({ latest: "1.1.0", beta: "2.0.0-beta.1" });
});

test("a version lower than the last one of its line is not published", async () => {
  expect(await publish([await pack("1.0.0")])).toContain("Choose a higher version.");
});

test("publishing the same bytes again succeeds, and publishing other bytes under the same version fails", async () => {
  expect(await publish([`${NAME}-1.1.0.tgz`])).toMatch(/1\.1\.0 is already published, sha512-/);
  await writeFile(join(folder, "index.js"), "// more");
  expect(await publish([await pack("1.1.0")])).toContain("already published with different contents");
  expect(await tags()).toMatchObject({ latest: "1.1.0" });
});

test("a dry run publishes nothing, and says so", async () => {
  expect(await publish([await pack("1.1.1"), "--dry-run"])).toContain("Would have published");
  expect(await tags()).toMatchObject({ latest: "1.1.0" });
});

test.each([["--acess=public"], ["--tag"], ["-t", "latest"], ["another.tgz"]])(
  "nothing is published with the invalid arguments %j",
  async (...options) => {
    const printed = await publish([await pack("1.1.1"), ...options]);
    expect(printed).not.toContain("Published");
    expect(await tags()).toMatchObject({ latest: "1.1.0" });
  },
);

test("the dist-tags are read from the registry that `--registry` names", async () => {
  const elsewhere = { npm_config_registry: "http://127.0.0.1:9/", npm_config_fetch_retries: "0" };
  const printed = await publish([await pack("0.9.0"), `--registry=${inject("registry")}`], elsewhere);
  expect(printed).toContain("as `release-0.9`");
});

test("a higher version moves `latest`", async () => {
  expect(await publish([await pack("1.2.0")])).toContain("as `latest`");
  expect(await tags()).toMatchObject({ latest: "1.2.0" });
});

test("nothing is published when the registry cannot be read", async () => {
  const tarball = await pack("1.3.0");
  const printed = await publish([tarball], {
    npm_config_registry: "http://127.0.0.1:9/",
    npm_config_fetch_retries: "0",
  });
  expect(printed).toContain(`npm view ${NAME}@1.3.0 dist.integrity --json failed`);
  expect(await tags()).toMatchObject({ latest: "1.2.0" });
});

test("`npm publish` in a checkout is stopped, and says how to publish a tested tarball", async () => {
  const published = npm(["publish", `--registry=${inject("registry")}`], { cwd: ROOT });
  await expect(published).rejects.toThrow("Pass one tested tarball: `npm run release:dry`");
});
