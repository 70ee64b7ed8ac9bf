import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const COMMAND = new URL("../../dist/cli/main.js", import.meta.url).pathname;
const PACKAGE = new URL("../../package.json", import.meta.url);

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

const VERBS = ["sandbox", "sync", "whoami"];

test("without a verb, the command prints the help of all verbs, and exits with 2", () => {
  const help = run("--help").stdout;
  for (const verb of VERBS) expect(help).toContain(run(verb, "--help").stdout);
  expect(run()).toEqual({ status: 2, stdout: "", stderr: help });
});

test.each([
  ["--help"],
  ["-h"],
  ...VERBS.flatMap((verb) => [
    [verb, "--help"],
    [verb, "-h"],
  ]),
])("the command prints its help and exits with 0: %s %s", (...args) => {
  expect(run(...args)).toEqual({
    status: 0,
    stdout: expect.stringContaining("npx polytomic-users") as string,
    stderr: "",
  });
});

test("the help of sync says that harbor-only users can be deleted, and that --max-delete is per organization", () => {
  const help = run("sync", "--help").stdout.replaceAll(/\s+/g, " ");
  expect(help).toContain(
    "To a partner or deployment key, users who can only use harbors look like everyone else: they are deleted, too, if they are not on the list.",
  );
  expect(help).toContain("The most users that may be deleted in each organization");
});

test("the command prints the version of the package with --version", () => {
  const { version } = JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string };
  expect(run("--version")).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
});

test.each(["snyc", "toString", "--apply", ""])(
  "the command exits with 2 for an unknown verb, and names the verbs: %j",
  (verb) => {
    const { status, stdout, stderr } = run(verb);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(
      `polytomic-users: Unknown verb ${JSON.stringify(verb)}. Verbs: ${VERBS.join(", ")}. Run npx polytomic-users --help.\n`,
    );
  },
);
