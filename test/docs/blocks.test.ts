import { readFile } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";
import { blocksOf, callsOf, examplesOf, PAGES, SOURCES } from "./blocks.ts";
import { makeProject } from "./project.ts";
import { ROOT } from "./tables.ts";

const ofPages = (await Promise.all(PAGES.map(blocksOf))).flat();
const examples = (await Promise.all(SOURCES.map(examplesOf))).flat();
const moves = await callsOf("README.md", /^\| `polytomic` 1\.18\.1/, 1);
const programs = [...ofPages.filter(({ language }) => language === "ts"), ...moves, ...examples];
const project = await makeProject(programs);
const running = project.run();
afterAll(() => project.remove());

test("every code block and every example in a docstring compiles against the built package", async () => {
  expect(await project.compile()).toBe("");
});

test.each(programs.map((block) => [block.place, block] as const))(
  "the code at %s runs against the sandbox and prints the output shown",
  async (place, block) => {
    const { out, err } = (await running).get(place) ?? { out: "", err: "This block did not finish." };
    expect(err, out).toBe("");
    const shown = (block.first?.prints ?? "") + (block.prints ?? "");
    if (block.prints !== undefined) expect(out.trimEnd()).toMatch(pattern(shown.trimEnd()));
  },
);

/** A shown output as a pattern, in which `…` matches any part of a line. */
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
