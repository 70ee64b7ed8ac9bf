import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { COMMANDS } from "../runtimes/commands.ts";
import { ROOT, tableOf } from "./tables.ts";

interface Manifest {
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

const manifest = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(`${ROOT}/${folder}/package.json`, "utf8")) as Manifest;

const rows = async (heading: RegExp): Promise<Record<string, string>> =>
  Object.fromEntries((await tableOf("docs/guides/runtimes.md", heading)).map(([name, ...cells]) => [name, cells.join(" | ")])); // prettier-ignore

test("docs/guides/runtimes.md lists the runtimes and versions that test/runtimes runs", async () => {
  const {
    "Node.js": node = "",
    Bun,
    Deno,
    "Cloudflare Workers": workers,
    browsers,
  } = await rows(/^\| runtime +\| versions/);
  const { bun, deno, workerd } = (await manifest("test/runtimes")).dependencies;
  const tested = Object.keys(COMMANDS).flatMap((name) => /^Node (\d+)/.exec(name)?.[1] ?? []);
  expect(/tested on (.*)/.exec(node)?.[1]?.match(/\d+/g)).toEqual(tested);
  expect(Object.keys(COMMANDS).filter((name) => !name.startsWith("Node"))).toEqual(["Bun", "Deno"]);
  expect(Bun).toContain(`tested on ${bun?.replace(/\.\d+$/, "")} `);
  expect(Deno).toContain(`tested on ${deno?.replace(/\.\d+$/, "")} `);
  expect(workerd).toBeDefined();
  expect(workers).toContain("workerd");
  expect(browsers).toContain("Chromium");
});

test.each(["docs/guides/runtimes.md", "docs/start/install.md"])(
  "%s names the minimum Node version of package.json",
  async (page) => {
    const [, minimum] = /^>=(\d+\.\d+)\.0$/.exec((await manifest(".")).engines.node) ?? [];
    expect(await readFile(`${ROOT}/${page}`, "utf8")).toMatch(new RegExp(`\\b${minimum} (?:and|or) later`));
  },
);

test("docs/guides/runtimes.md lists the TypeScript versions and the module settings that test/package compiles with", async () => {
  const { TypeScript, "module resolution": modules } = await rows(/^\| setting/);
  const versions = Object.keys((await manifest("test/package")).dependencies).flatMap((name) => /^typescript-(.*)/.exec(name)?.[1] ?? []); // prettier-ignore
  const [minimum, ...tested] = TypeScript?.match(/\d\.\d/g) ?? [];
  expect(tested).toEqual(versions);
  expect(minimum).toBe(versions[0]);
  expect(await readFile(`${ROOT}/docs/start/install.md`, "utf8")).toContain(`TypeScript ${minimum} or later`);
  const compiled = await readFile(`${ROOT}/test/package/typescript.test.ts`, "utf8");
  const settings = [...compiled.matchAll(/^ {2}(\w+): \{ compilerOptions/gm)].map(([, name]) => name);
  expect(new Set(modules?.match(/\b(?:nodenext|node16|bundler|commonjs)\b/g))).toEqual(new Set(settings));
});
