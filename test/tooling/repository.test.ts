import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps?: readonly { readonly run?: string }[];
}

const workflows = await Promise.all(
  ["ci", "drift", "release"].map((name) => readFile(`.github/workflows/${name}.yml`, "utf8")),
);
const jobs = workflows.flatMap((text) => Object.entries((parse(text) as { jobs: Record<string, Job> }).jobs));
const { scripts } = JSON.parse(await readFile("package.json", "utf8")) as { scripts: Record<string, string> };

test("the table in CONTRIBUTING.md lists every npm script except the lifecycle scripts, and no others", async () => {
  const table = (await readFile("CONTRIBUTING.md", "utf8")).matchAll(/^\| `npm (?:run )?([\w:]+)/gm);
  const { prepack: _prepack, prepublishOnly: _prepublishOnly, ...commands } = scripts;
  expect([...table].map(([, name]) => name!).toSorted()).toEqual(Object.keys(commands).toSorted());
});

test("every action in a workflow is pinned to a commit, and a comment names its version", () => {
  for (const [, action] of workflows.join("\n").matchAll(/uses: (?!\.\/\.github\/workflows\/)(.*)/g)) {
    expect(action).toMatch(/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  }
});

test("every npm script that a workflow runs exists", () => {
  const run = workflows.join("\n").matchAll(/npm run (?:--silent )?([\w:]+)/g);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining([...run].map(([, name]) => name!)));
});

test("a workflow job whose token can write runs no install scripts", () => {
  const writing = jobs.filter(([, { permissions }]) => Object.values(permissions).includes("write"));
  expect(writing.map(([name]) => name).toSorted()).toEqual(["github-release", "issue", "pages", "publish", "version"]);
  for (const [name, { steps = [] }] of writing) {
    for (const { run = "" } of steps) {
      if (/\bnpm (?:ci|install)\b/.test(run)) expect(run, name).toContain("--ignore-scripts");
    }
  }
});
