import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { npm } from "../../scripts/release/npm.ts";
import { useRegistry } from "./project.ts";

const SCRIPTS = fileURLToPath(new URL("../../scripts/", import.meta.url));
const NAME = "published-by-these-tests";
const run = promisify(execFile);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "publish-"));
  await useRegistry(folder, inject("registry"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A package of that version in the folder, and its tarball. */
async function pack(version: string): Promise<string> {
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: NAME, version }));
  await npm(["pack"], { cwd: folder });
  return `${NAME}-${version}.tgz`;
}

/** Runs a script of this project there; gives all that it prints. */
async function script(name: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<string> {
  const options = { cwd: folder, env: { ...process.env, ...env } };
  return run(process.execPath, [join(SCRIPTS, name), ...args], options).then(
    ({ stdout }) => stdout,
    ({ stderr }: { stderr: string }) => stderr,
  );
}

async function tags(): Promise<Record<string, string>> {
  return JSON.parse(await npm(["view", NAME, "dist-tags", "--json"], { cwd: folder })) as Record<string, string>;
}

describe("`npm run release:publish`", () => {
  test("publishes a first version as `latest`, and says what it has published", async () => {
    const said = await script("release/publish.ts", [await pack("1.1.0")]);
    expect(said).toMatch(/^Published published-by-these-tests 1\.1\.0 as `latest`, sha512-\S+$/m);
    expect(await tags()).toEqual({ latest: "1.1.0" });
  });

  test("gives a lower version a tag of its own line, and `latest` stays where it is", async () => {
    expect(await script("release/publish.ts", [await pack("1.0.1")])).toContain("as `release-1.0`");
    expect(await tags()).toEqual({ latest: "1.1.0", "release-1.0": "1.0.1" });
  });

  test("refuses `latest` for a lower version, and nothing is published", async () => {
    const said = await script("release/publish.ts", [await pack("1.0.2"), "--tag", "latest"]);
    expect(said).toContain("1.0.2 cannot be `latest`, which is on 1.1.0 already");
    expect(said).toContain("`release-1.0`");
    expect(await tags()).toEqual({ latest: "1.1.0", "release-1.0": "1.0.1" });
  });

  test("gives a pre-release the tag of its name, and refuses it as `latest`", async () => {
    const tarball = await pack("2.0.0-beta.1");
    expect(await script("release/publish.ts", [tarball, "--tag=latest"])).toContain(
      "2.0.0-beta.1 is a pre-release and cannot be `latest`",
    );
    expect(await script("release/publish.ts", [tarball])).toContain("as `beta`");
    expect(await tags()).toMatchObject({ latest: "1.1.0", beta: "2.0.0-beta.1" });
  });

  test("refuses a version below the last one of its line, and asks for a higher one", async () => {
    expect(await script("release/publish.ts", [await pack("1.0.0")])).toContain("It needs a higher version.");
  });

  test("takes a tarball that is there already for published, and other bytes under its number for a mistake", async () => {
    expect(await script("release/publish.ts", [`${NAME}-1.1.0.tgz`])).toMatch(/1\.1\.0 is published already, sha512-/);
    await writeFile(join(folder, "index.js"), "// more");
    expect(await script("release/publish.ts", [await pack("1.1.0")])).toContain("published with other bytes");
    expect(await tags()).toMatchObject({ latest: "1.1.0" });
  });

  test("says of a dry run that nothing was published", async () => {
    expect(await script("release/publish.ts", [await pack("1.1.1"), "--dry-run"])).toContain("Would have published");
    expect(await tags()).toMatchObject({ latest: "1.1.0" });
  });

  test.each([["--acess=public"], ["--tag"], ["-t", "latest"], ["another.tgz"]])("refuses %s", async (...options) => {
    const said = await script("release/publish.ts", [await pack("1.1.1"), ...options]);
    expect(said).not.toContain("Published");
    expect(await tags()).toMatchObject({ latest: "1.1.0" });
  });

  test("asks the registry that it publishes to", async () => {
    const elsewhere = { npm_config_registry: "http://127.0.0.1:9/", npm_config_fetch_retries: "0" };
    const said = await script(
      "release/publish.ts",
      [await pack("0.9.0"), `--registry=${inject("registry")}`],
      elsewhere,
    );
    expect(said).toContain("as `release-0.9`");
  });

  test("moves `latest` to a higher version", async () => {
    expect(await script("release/publish.ts", [await pack("1.2.0")])).toContain("as `latest`");
    expect(await tags()).toMatchObject({ latest: "1.2.0" });
  });

  test("publishes nothing when the registry does not say which versions there are", async () => {
    const tarball = await pack("1.3.0");
    const said = await script("release/publish.ts", [tarball], {
      npm_config_registry: "http://127.0.0.1:9/",
      npm_config_fetch_retries: "0",
    });
    expect(said).toContain(`npm view ${NAME}@1.3.0 dist.integrity --json failed`);
    expect(await tags()).toMatchObject({ latest: "1.2.0" });
  });
});

test("`npm publish` by hand is stopped before a lower version becomes `latest`", async () => {
  await pack("1.0.3");
  expect(await script("release/dist-tag.ts")).toContain("1.0.3 cannot be `latest`");
  expect(await script("release/dist-tag.ts", [], { npm_config_tag: "release-1.0" })).toBe("");
});
