import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, test } from "vitest";
import { blocksOf, callsOf, examplesOf, PAGES, SOURCES } from "./blocks.ts";
import { makeProject } from "./project.ts";
import { ROOT } from "./tables.ts";

const ofPages = (await Promise.all(PAGES.map(blocksOf))).flat();
const examples = (await Promise.all(SOURCES.map(examplesOf))).flat();
const moves = await callsOf("README.md", /^\| `polytomic` 1\.18\.1/, 1);
const programs = [...ofPages.filter(({ language }) => language === "ts"), ...moves, ...examples];
const project = await makeProject(programs);
afterAll(() => project.remove());

test("every code block and every example in a docstring compiles against the built package", async () => {
  expect(await project.compile()).toBe("");
});

describe("a code block runs against the sandbox and prints what the page says:", () => {
  test.concurrent.each(programs.map((block) => [block.place, block] as const))("%s", async (_place, block) => {
    const { code, out, err } = await project.run(block);
    expect({ code, err }, out).toEqual({ code: 0, err: "" });
    const shown = (block.first?.prints ?? "") + (block.prints ?? "");
    if (block.prints !== undefined) expect(out.trimEnd()).toMatch(pattern(shown.trimEnd()));
  });
});

/** `…` stands for anything in a line. */
function pattern(shown: string): RegExp {
  const parts = shown.split("…").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}

test("the README names what its blocks want of a fresh `tsc --init`", async () => {
  const readme = await readFile(`${ROOT}/README.md`, "utf8");
  for (const wanted of [
    '"type": "module"',
    '"types": ["node"]',
    '"noEmit": true',
    '"allowImportingTsExtensions": true',
  ])
    expect(readme).toContain(`\`${wanted}\``);
});

test("a page has no code in a language that is not looked at", () => {
  const looked = new Set(["ts", "text", "sh", "mermaid"]);
  expect(ofPages.filter(({ language }) => !looked.has(language)).map(({ place }) => place)).toEqual([]);
});

test("every command that a page shows is there", async () => {
  const { name, scripts, bin } = JSON.parse(await readFile(`${ROOT}/package.json`, "utf8")) as {
    name: string;
    scripts: Record<string, string>;
    bin: Record<string, string>;
  };
  const examplesThere = await readFile(`${ROOT}/examples/README.md`, "utf8");
  const commands = ofPages
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.trim().split(/\n|&&/));
  expect(commands.length).toBeGreaterThan(3);
  for (const command of commands.map((line) => line.replace(/ #.*/, "").trim())) {
    const [program, verb = "", ...args] = command.replace("--silent ", "").split(" ");
    if (program === "npx") expect(["vitest", ...Object.keys(bin)], command).toContain(verb);
    else if (program === "node") expect(verb, command).toMatch(/^\w+\.mjs$/);
    else if (verb === "install")
      expect(args.filter((arg) => !arg.startsWith("-")), command).toSatisfy((installed: string[]) => installed.every((each) => [name, "vitest"].includes(each))); // prettier-ignore
    else if (verb === "run") expect(Object.keys(scripts), command).toContain(args[0]);
    else expect(["ci", "test"], command).toContain(verb);
    if (args[0] === "example") expect(examplesThere, command).toContain(`\`${args[1]}\``);
  }
});
