import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { problemsOf } from "../../scripts/release/workflows.ts";

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
      - run: node scripts/release/publish.ts packed/*.tgz
`;

/** The correct workflow with a mistake in it. */
function plant([right, wrong]: readonly [string, string]): string {
  expect(CORRECT).toContain(right);
  return CORRECT.replace(right, wrong);
}

const COMMANDS = ["npm run build", "node scripts/release/publish.ts"];

test("a correct workflow has no problems", () => {
  expect(problemsOf(CORRECT, COMMANDS)).toEqual([]);
});

test.each([
  ["an action that is pinned by a tag", ["@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7"], "not pinned"],
  ["a pinned commit without a version in a comment", [" # v7.0.1", ""], "not pinned"],
  ["an unpinned action under a quoted key", ["- uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", '- "uses": actions/checkout@v7'], "not pinned"], // prettier-ignore
  ["an unpinned action on the line after its key", ["uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "uses:\n          actions/checkout@v7"], "not pinned"], // prettier-ignore
  ["a local action, which can use unpinned ones", ["run: npm run build", "uses: ./.github/actions/build"], "not pinned"], // prettier-ignore
  ["a job with an empty `permissions` key", ["permissions:\n      id-token: write", "permissions:"], "list"],
  ["a workflow that grants permissions to all jobs", ["permissions: {}", "permissions: read-all"], "permissions: {}"],
  ["a workflow without a `permissions` key", ["permissions: {}\n", ""], "permissions: {}"],
  ["a job with `write-all` permissions", ["permissions:\n      id-token: write", "permissions: write-all"], "list"],
  ["a job without a `permissions` key", ["    permissions:\n      contents: read\n", ""], "list"],
  ["a checkout that keeps its token", ["persist-credentials: false", "fetch-depth: 0"], "persist-credentials"],
  ["an npm script that does not exist", ["npm run build", "npm run built"], "`npm run built` does not exist"],
  ["an npm script that does not exist, after an option", ["npm run build", "npm run  --silent built"], "`npm run built` does not exist"], // prettier-ignore
  ["a program that does not exist", ["release/publish", "publish"], "`node scripts/publish.ts` does not exist"],
] as const)("a workflow is refused for %s", (_what, mistake, sentence) => {
  expect(problemsOf(plant(mistake), COMMANDS)).toEqual([expect.stringContaining(sentence)]);
});

const WORKFLOWS = ["ci", "drift", "release"];

test("the jobs of our workflows have only the permissions that they need, and use no secrets", async () => {
  const needs: Record<string, Record<string, string>> = {};
  for (const name of WORKFLOWS) {
    const text = await readFile(`.github/workflows/${name}.yml`, "utf8");
    expect(text).not.toMatch(/secrets[.:[]|pull_request_target/);
    const { jobs } = parse(text) as { jobs: Record<string, { permissions: Record<string, string> }> };
    for (const [job, { permissions }] of Object.entries(jobs)) {
      if (JSON.stringify(permissions) !== '{"contents":"read"}') needs[`${name} ${job}`] = permissions;
    }
  }
  expect(needs).toEqual({
    "drift issue": { issues: "write" },
    "release version": { contents: "write", "pull-requests": "write" },
    "release publish": { contents: "read", "id-token": "write" },
    "release github-release": { contents: "write" },
    "release pages": { pages: "write", "id-token": "write" },
  });
});

test("our workflows use the same version of an action everywhere", async () => {
  const files = await Promise.all(WORKFLOWS.map((name) => readFile(`.github/workflows/${name}.yml`, "utf8")));
  const versions = new Map<string, Set<string>>();
  for (const [, action, version] of files.join("\n").matchAll(/uses: ([\w-]+\/[\w-]+)[\w/-]*@(.*)/g)) {
    versions.set(action!, (versions.get(action!) ?? new Set()).add(version!));
  }
  expect([...versions].filter(([, { size }]) => size > 1)).toEqual([]);
  expect(versions.size).toBe(7);
});
