import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installTarball, type Installed } from "../runtimes/install.ts";
import { FINDINGS, setScene, type Scene } from "../runtimes/scene.ts";
import { launchChromium } from "./chromium.ts";
import { servePages, type Pages } from "./pages.ts";

/** A page without a bundler. An import map locates the package. */
const PAGE = `<!doctype html>
<title>polytomic-users</title>
<link rel="icon" href="data:," />
<script type="importmap">
  {
    "imports": {
      "polytomic-users": "/node_modules/polytomic-users/dist/index.js",
      "polytomic-users/sync": "/node_modules/polytomic-users/dist/sync/index.js",
      "polytomic-users/testing": "/node_modules/polytomic-users/dist/testing/index.js"
    }
  }
</script>
<script type="module">
  import { smoke } from "/smoke.js";
  window.smoke = smoke;
</script>
`;

let installed: Installed;
let browser: Browser;
let pages: Pages;
let scene: Scene;
let page: Page;
let findings: unknown;
const complaints: string[] = [];

beforeAll(async () => {
  installed = await installTarball();
  const { folder } = installed;
  await writeFile(join(folder, "index.html"), PAGE);
  [browser, pages, scene] = await Promise.all([launchChromium(), servePages(folder), setScene()]);
  page = await browser.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => complaints.push(message.text()));
  await page.goto(`${pages.url}/`);
  await page.waitForFunction("window.smoke");
  findings = await page.evaluate(`smoke(${JSON.stringify(scene.target)})`);
}, 300_000);

afterAll(() => Promise.all([browser.close(), pages.close(), scene.close(), installed.remove()]));

test("in a browser all operations, an error, a retry, a timeout and an abort work", () => {
  expect(findings).toEqual(FINDINGS);
});

test("a preflight asks for four headers only: authorization, content type, idempotency key and API version", () => {
  const asked = scene.received
    .filter(({ method }) => method === "OPTIONS")
    .flatMap(({ headers }) => headers["access-control-request-headers"]?.split(",") ?? []);
  expect([...new Set(asked)].toSorted()).toEqual([
    "authorization",
    "content-type",
    "idempotency-key",
    "x-polytomic-version",
  ]);
});

test("the client does not change the User-Agent header of the browser", async () => {
  const agent = await page.evaluate<string>("navigator.userAgent");
  const others = scene.received.filter(({ headers }) => headers["user-agent"] !== agent);
  expect(others).toEqual([]);
  expect(scene.received.length).toBeGreaterThan(11);
});

test("the browser console shows nothing except the error responses and the lost connections", () => {
  expect(complaints.filter((text) => !/status of (404|503)|net::ERR_/.test(text))).toEqual([]);
});
