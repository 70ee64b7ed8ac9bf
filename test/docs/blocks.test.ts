import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";
import { blocksOf, callsOf, examplesOf, PAGES, SOURCES } from "./blocks.ts";
import { makeProject } from "./project.ts";
import { ROOT } from "./tables.ts";

const ofPages = (await Promise.all(PAGES.map(blocksOf))).flat();
const examples = (await Promise.all(SOURCES.map(examplesOf))).flat();
const moves = await callsOf("docs/guides/migrating.md", /^\| `polytomic` 1\.18\.1/, 2);
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

test("every code block of a page is in a language that the tests or the site know", () => {
  const known = new Set(["ts", "tsx", "js", "typescript", "text", "sh", "json", "python", "yaml"]); // test/outside runs those in tsx and js
  expect(ofPages.filter(({ language }) => !known.has(language)).map(({ place }) => place)).toEqual([]);
});

test("every command that a page shows exists", async () => {
  const { name, version, scripts, bin, devDependencies } = JSON.parse(
    await readFile(`${ROOT}/package.json`, "utf8"),
  ) as {
    name: string;
    version: string;
    scripts: Record<string, string>;
    bin: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const examplesPage = await readFile(`${ROOT}/examples/README.md`, "utf8");
  const ofTables = [...(await readFile(`${ROOT}/README.md`, "utf8")).matchAll(/^\| `(npm .+?)`/gm)].map(
    ([, command = ""]) => command,
  );
  const ofBlocks = ofPages
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.replaceAll("\\\n", "").trim().split("\n"));
  const commands = [...ofTables, ...ofBlocks].flatMap((line) => line.replace(/ #.*/, "").split("&&"));
  expect(commands.length).toBeGreaterThan(6);
  for (const command of commands.map((each) => each.trim().replace(/^(?:[A-Z_]+=\S+ )+/, ""))) {
    const [program, verb = "", ...args] = command.split(" ");
    if (program === "git") continue; // no network
    if (program === "curl") continue; // curl.test.ts runs it
    if (program === "npx") expect([...Object.keys(bin), "tsc"], command).toContain(verb);
    else if (program === "node") expect(verb === "first.mjs" || existsSync(`${ROOT}/${verb}`), command).toBe(true);
    else if (program !== "npm") expect.fail(`unknown command: ${command}`);
    else if (verb === "install" && args[0] === "--save-dev")
      expect(Object.keys(devDependencies), command).toEqual(expect.arrayContaining(args.slice(1)));
    else if (verb === "install") expect(args, command).toEqual([`../${name}/${name}-${version}.tgz`]);
    else if (verb === "run") expect(Object.keys(scripts), command).toContain(args[0]);
    else expect(["ci", "pack", "test"], command).toContain(verb);
    if (args[1] === "--") expect(examplesPage, command).toContain(`\`${args[2]}\``);
  }
});

/** A shown output as a pattern, in which `…` matches any part of a line. */
function pattern(shown: string): RegExp {
  const parts = shown.split("…").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}
