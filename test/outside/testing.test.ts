/** The tests that docs/guides/testing.md shows for other test runners, in the runners. */
import { execFile } from "node:child_process";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { findChromium } from "../browser/chromium.ts";
import { blocksOf } from "../docs/blocks.ts";
import { ROOT } from "../docs/tables.ts";
import { makeFolder } from "./app.ts";

/** Not in the text of the file below: Vitest would run this file in it, too. */
const ENVIRONMENT = "jsdom";

/** The app that Playwright opens, and tests of a page in jsdom. */
const OTHERS = {
  "package.json": JSON.stringify({ scripts: { start: "node app.mjs" } }),
  "app.mjs": `
    import { createServer } from "node:http";
    import { Polytomic } from "polytomic-users";
    const { users } = new Polytomic();
    createServer(async (_request, response) => {
      const { ok, data } = await users.list().result();
      response.setHeader("content-type", "text/html");
      response.end(ok ? data.map(({ email }) => "<li>" + email).join("") : "<p role=alert>Try again later.");
    }).listen(3000, "127.0.0.1");`,
  "jest-page.test.js": `/** @jest-environment ./jsdom-with-fetch.js */
    const { Polytomic } = require("polytomic-users");
    const { createSandbox } = require("polytomic-users/testing");
    const { listen } = require("polytomic-users/testing/node");`,
  "vitest-page.test.mjs": `// @vitest-environment ${ENVIRONMENT}
    import { Polytomic } from "polytomic-users";
    import { createSandbox } from "polytomic-users/testing";
    import { listen } from "polytomic-users/testing/node";
    import { expect, test } from "vitest";`,
};
const PAGE_TESTS = `
  test("a page shows the users", async () => {
    const { apiKey, fetch } = createSandbox();
    for (const { email } of await new Polytomic({ apiKey, fetch }).users.list()) document.body.append(email);
    expect(document.body.textContent).toBe("jane.doe@acmecorp.comjohn.smith@acmecorp.com");
  });
  test("a call over HTTP succeeds, and another one is aborted", async () => {
    const { url, close } = await listen(createSandbox());
    const { users } = new Polytomic({ apiKey: "sandbox-api-key", baseUrl: url });
    expect(await users.list()).toHaveLength(2);
    await expect(users.list({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
    await close();
  });
`;

const folder = await makeFolder();
afterAll(() => rm(folder, { recursive: true }));
const ports = { 3000: await freePort(), 4010: await freePort() };
for (const { text } of await blocksOf("docs/guides/testing.md")) {
  const [, file] = /^\/\/ (\S+\.(?:ts|js|mjs))\n/.exec(text) ?? [];
  if (file !== undefined) await write(file, text);
}
for (const [file, text] of Object.entries(OTHERS)) await write(file, file.includes("page") ? text + PAGE_TESTS : text);

/** Writes a file with other ports than the usual ones, which other programs can use. */
async function write(file: string, text: string): Promise<void> {
  await writeFile(
    join(folder, file),
    text.replaceAll(/\b(?:3000|4010)\b/g, (port) => String(ports[port as "3000" | "4010"])),
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs a program of a package with Node, and returns what it printed. */
async function run(program: string, ...args: string[]): Promise<string> {
  const env = { PATH: process.env["PATH"], HOME: folder, NODE_ENV: "test" };
  const options = { cwd: folder, env, timeout: 80_000 };
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [join(folder, program), ...args],
    options,
  ).catch((error: { readonly stdout: string; readonly stderr: string }) => error);
  return stdout + stderr;
}

const runJest = (file: string): Promise<string> => run("node_modules/jest/bin/jest.js", "--rootDir", folder, file);

test("the test of the guide for Jest does not wait for the time that the API asks for", async () => {
  expect(await runJest("invite.test.js")).toMatch(/^Tests: +1 passed, 1 total$/m);
});

test("without `performance` among the fake timers of Jest, a call that waits after a 429 does not end", async () => {
  const text = (await blocksOf("docs/guides/testing.md")).find(({ text: each }) =>
    each.includes("jest.useFakeTimers()"),
  )!.text;
  await write("excluded.test.js", text.replace("useFakeTimers()", `useFakeTimers({ doNotFake: ["performance"] })`));
  expect(await runJest("excluded.test.js")).toContain("assuming an infinite loop");
});

test("the test of the guide for node:test does not wait for the time that the API asks for", async () => {
  const start = performance.now();
  const printed = await run("invite.test.mjs");
  expect(printed).toMatch(/^\S+ pass 1$/m);
  expect(performance.now() - start).toBeLessThan(30_000);
});

test("in Jest's jsdom with the APIs of Node, the client and the sandbox work, in memory and over HTTP", async () => {
  expect(await runJest("jest-page.test.js")).toMatch(/^Tests: +2 passed, 2 total$/m);
});

test("in Vitest's jsdom, the client and the sandbox work without more, in memory and over HTTP", async () => {
  const printed = await run("node_modules/vitest/vitest.mjs", "run", "--root", folder, "vitest-page");
  expect(printed).toMatch(/Tests .*2 passed/);
});

test("Playwright starts the sandbox and an app, and the tests of the guide pass", async () => {
  await mkdir(join(folder, "node_modules/.bin"));
  await symlink(join(ROOT, "dist/cli/main.js"), join(folder, "node_modules/.bin/polytomic-users"));
  const browser = `use: { launchOptions: { executablePath: ${JSON.stringify(await findChromium())} },`;
  const config = (await blocksOf("docs/guides/testing.md")).find(({ text }) => text.startsWith("// playwright"))!.text;
  await write("playwright.config.ts", config.replace("use: {", browser));
  expect(await run("node_modules/@playwright/test/cli.js", "test", "users.spec.ts", "--reporter", "line")).toMatch(
    /^ +2 passed/m,
  );
});
