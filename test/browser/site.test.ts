import { FACTS, OPERATION_IDS } from "../facts.ts";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { AxeResults } from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { npm } from "../../scripts/package/npm.ts";
import { launchChromium } from "./chromium.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SITE = join(ROOT, "site");
const SCREENSHOTS = fileURLToPath(new URL("screenshots/", import.meta.url));
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

const VIEWS = {
  desktop: { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "dark" },
} as const;
type View = keyof typeof VIEWS;

/** What was found on a page. */
interface Visit {
  readonly view: View;
  readonly page: string;
  readonly complaints: string[];
  readonly requests: string[];
  readonly links: string[];
  readonly ids: string[];
  readonly violations: string[];
  readonly scrollsSideways: boolean;
}

let browser: Browser;
let pages: string[];
const visits: Visit[] = [];

const urlOf = (page: string): string => pathToFileURL(join(SITE, page)).href;

beforeAll(async () => {
  await npm(["run", "--silent", "docs"], { cwd: ROOT });
  await rm(SCREENSHOTS, { recursive: true, force: true });
  pages = (await readdir(SITE, { recursive: true })).filter((file) => file.endsWith(".html"));
  browser = await launchChromium();
}, 120_000);

afterAll(() => browser.close());

/** Opens every page in every view, and keeps what was found. */
async function visitAll(): Promise<void> {
  for (const view of Object.keys(VIEWS) as View[]) {
    const context = await open(view);
    const queue = pages.values();
    const work = async (): Promise<void> => {
      for (const page of queue) visits.push(await look(context, view, page));
    };
    await Promise.all([work(), work(), work(), work()]);
    await context.close();
  }
}

/** A browser window without a network. */
function open(view: View): Promise<BrowserContext> {
  return browser.newContext({ ...VIEWS[view], offline: true });
}

async function look(context: BrowserContext, view: View, name: string): Promise<Visit> {
  const page = await context.newPage();
  const [complaints, requests]: [string[], string[]] = [[], []];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(urlOf(name));
  await settled(page, name);
  await page.addScriptTag({ path: AXE });
  const results = await page.evaluate<AxeResults>(`axe.run({ preload: false, resultTypes: ["violations"] })`);
  const found = await page.evaluate(() => ({
    links: [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ href }) => href),
    ids: [...document.querySelectorAll("[id]")].map(({ id }) => id),
    scrollsSideways: document.documentElement.scrollWidth > window.innerWidth + 1,
  }));
  await mkdir(join(SCREENSHOTS, view), { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, view, `${name.replaceAll("/", "-")}.png`) });
  await page.close();
  const violations = results.violations.flatMap(({ id, nodes }) =>
    nodes.filter(({ html }) => !isTheirs(name, id, html)).map(({ target }) => `${id}: ${target.join(" ")}`),
  );
  return { view, page: name, complaints, requests, violations, ...found };
}

/** Waits for the scripts that render Redoc's page and the navigation of the other pages. */
async function settled(page: Page, name: string): Promise<void> {
  const drawn = name === "http-api.html" ? "a[href='#/partner']" : "#tsd-nav-container a";
  await page.waitForSelector(drawn, { state: "attached" });
  // Redoc's static page already contains the link, so wait until its script no longer changes the page.
  let elements = 0;
  await vi.waitFor(
    async () => {
      const before = elements;
      elements = await page.evaluate(() => document.querySelectorAll("*").length);
      expect(elements).toBe(before);
    },
    { timeout: 30_000, interval: 300 },
  );
}

/** Violations in the markup of TypeDoc and Redoc that do not affect readers. */
function isTheirs(page: string, rule: string, html: string): boolean {
  // A link to a module inside the summary that expands it. Both work with the keyboard.
  if (rule === "nested-interactive") return /^<summary [^>]*data-key="\w+\$/.test(html);
  return page === "http-api.html" && rule === "region";
}

/** The problems, each with its page and view. */
const all = (problems: (visited: Visit) => string[]): string[] => [
  ...new Set(visits.flatMap((visit) => problems(visit).map((each) => `${visit.page} (${visit.view}): ${each}`))),
];

describe("every page of the site", () => {
  beforeAll(visitAll, 900_000);

  test("the site has a landing page, guides, the HTTP API and all exports", () => {
    expect(visits).toHaveLength(2 * pages.length);
    expect(pages).toEqual(expect.arrayContaining(["index.html", "http-api.html", "documents/Handling_errors.html", "interfaces/polytomic-users.OrganizationUsers.html"])); // prettier-ignore
  });

  test("the header of a page links to both references", async () => {
    for (const page of ["index.html", "documents/Testing.html"]) {
      const html = await readFile(join(SITE, page), "utf8");
      expect(html.match(/<a [^>]*>(?:TypeScript reference|HTTP API)<\/a>/g)?.length).toBeGreaterThan(1);
    }
  });

  test("every page opens from the file system without requests to the network", () => {
    expect(all(({ requests }) => requests.filter((url) => !/^(?:file|data|blob):/.test(url)))).toEqual([]);
  });

  test("no page prints an error to the console", () => {
    expect(all(({ complaints }) => complaints)).toEqual([]);
  });

  test("every link of the site leads to a page and an anchor, or to a file, that exist", async () => {
    const files = new Set((await readdir(SITE, { recursive: true })).filter((file) => !file.endsWith(".html")));
    const ids = new Map(visits.map((visit) => [visit.page, new Set(visit.ids)]));
    const site = `${pathToFileURL(SITE).href}/`;
    const leadsNowhere = (link: string): boolean => {
      if (!link.startsWith("file:")) return !/^(?:https|mailto):/.test(link);
      const [path = "", hash] = link.slice(site.length).split("#");
      const page = decodeURIComponent(path) || "index.html";
      if (!link.startsWith(site) || !(ids.has(page) || files.has(page))) return true;
      // Redoc's routes, each of which is opened below.
      return Boolean(hash) && !hash!.startsWith("/") && !ids.get(page)?.has(decodeURIComponent(hash!));
    };
    expect(all(({ links }) => links.filter(leadsNowhere))).toEqual([]);
  });

  test("every page passes the accessibility rules of axe", () => {
    expect(all(({ violations }) => violations)).toEqual([]);
  });

  test("no page scrolls sideways on a phone", () => {
    expect(all(({ scrollsSideways }) => (scrollsSideways ? ["scrolls sideways"] : []))).toEqual([]);
  });
});

describe("a reader", () => {
  test.each([
    ["a word of a guide", "remove strangers", "Testing"],
    ["a method", "createApiKey", "createApiKey"],
    ["a word of the README", "Retry-After", "polytomic-users"],
  ])(
    "a reader finds %s with the search, without a network, and opens it with the keyboard",
    async (_what, words, found) => {
      const context = await open("desktop");
      const page = await context.newPage();
      await page.goto(urlOf("classes/polytomic-users.Polytomic.html"));
      await settled(page, "");
      await page.keyboard.press("/");
      await page.keyboard.type(words);
      const results = page.locator("#tsd-search-results a");
      // Results for the first letters disappear again.
      await expect.poll(async () => (await results.allTextContents()).join("\n"), { timeout: 10_000 }).toContain(found);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => !url.href.endsWith("Polytomic.html"));
      await context.close();
    },
  );

  test.each([
    "index.html",
    "documents/Handling_errors.html",
    "interfaces/polytomic-users.OrganizationUsers.html",
    "http-api.html",
  ])("the tab key reaches every control on %s, and the focus is visible", async (name) => {
    const context = await open("desktop");
    const page = await context.newPage();
    await page.goto(urlOf(name));
    await settled(page, name);
    const wanted = await page.evaluate(() => {
      const reachable = [
        ...document.querySelectorAll<HTMLElement>("a[href], button, summary, input, select, [tabindex='0']"),
      ];
      const shown = reachable.filter(
        (each) => each.tabIndex >= 0 && each.checkVisibility({ visibilityProperty: true }),
      );
      for (const [index, element] of shown.entries()) element.dataset["stop"] = String(index);
      return shown.length;
    });
    const stops = new Set<string>();
    for (let presses = 0; presses < 2 * wanted && stops.size < wanted; presses++) {
      await page.keyboard.press("Tab");
      const { stop, outlined } = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        return { stop: element.dataset["stop"], outlined: getComputedStyle(element).outlineStyle !== "none" };
      });
      if (stop === undefined) continue;
      stops.add(stop);
      expect(outlined, `stop ${stop}`).toBe(true);
    }
    expect(stops.size).toBe(wanted);
    await context.close();
  });

  test("every operation of the HTTP API has a page", async () => {
    const context = await open("desktop");
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    await page.goto(urlOf("http-api.html"));
    await settled(page, "http-api.html");
    const links = await page
      .locator("a[href^='#/']")
      .evaluateAll((anchors) => anchors.map((link) => link.getAttribute("href")!));
    const routes = new Set(links.map((link) => link.slice(1)).filter((route) => /^\/[^/]+\/[^/]+$/.test(route)));
    const templates = OPERATION_IDS.map((id) => FACTS[id].template);
    expect(routes.size).toBe(templates.length);
    const shown = new Set<string>();
    for (const route of routes) {
      await page.goto(`${urlOf("http-api.html")}#${route}`);
      await page.reload();
      const text = await page
        .getByText(/\/api\/organization/)
        .first()
        .innerText();
      for (const template of templates) if (text.includes(template)) shown.add(template);
    }
    expect(shown).toEqual(new Set(templates));
    expect(complaints).toEqual([]);
    await context.close();
  });

  test.each(["light", "dark"] as const)("the site is %s when the system is", async (colorScheme) => {
    const context = await browser.newContext({ ...VIEWS.desktop, colorScheme, offline: true });
    const page = await context.newPage();
    for (const name of ["index.html", "http-api.html"]) {
      await page.goto(urlOf(name));
      await settled(page, name);
      const [red = 0] = await page.evaluate(() => {
        const colours = [document.body, document.documentElement].map((each) => getComputedStyle(each).backgroundColor);
        return (colours.find((colour) => !colour.startsWith("rgba(0, 0, 0, 0")) ?? "255").match(/\d+/g)!.map(Number);
      });
      expect(red > 128 ? "light" : "dark", name).toBe(colorScheme);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}.png`) });
    }
    const filter = await page
      .locator('img[alt="redocly logo"]')
      .first()
      .evaluate((image) => getComputedStyle(image).filter);
    expect(filter.includes("invert"), "the logo of Redoc is inverted on a dark page").toBe(colorScheme === "dark"); // prettier-ignore
    await context.close();
  });

  test("the menu opens on a phone", async () => {
    const context = await open("phone");
    const page = await context.newPage();
    await page.goto(urlOf("index.html"));
    await settled(page, "index.html");
    await page.locator("#tsd-toolbar-menu-trigger, [data-toggle='menu']").first().click();
    await page.getByRole("link", { name: "HTTP API" }).last().waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, "menu.png") });
    await context.close();
  });
});

describe("the files for machines", () => {
  test("llms.txt is an index of the site, and llms-full.md contains all of it", async () => {
    const index = await readFile(join(SITE, "llms.txt"), "utf8");
    expect(index).toMatch(/^# polytomic-users\n\n> A TypeScript client/);
    const files = await readdir(SITE, { recursive: true });
    expect(index.match(/^- .*$/gm)?.filter((line) => !/^- \[.+\]\(\S+\): .{15,}$/.test(line))).toEqual([]);
    const links = [...index.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !link.startsWith("https:") && !files.includes(link))).toEqual([]);
    const whole = await readFile(join(SITE, "llms-full.md"), "utf8");
    const parts = [
      "# polytomic-users",
      "# Handling errors",
      "createPartnerUserApiKey:",
      "OrganizationUsers",
      "openapi: 3.1",
    ];
    expect(parts.filter((part) => !whole.includes(part))).toEqual([]);
    expect(whole).not.toContain(ROOT);
    expect(whole).not.toContain("sourceMappingURL");
    const prose = whole.replaceAll(/^```.*?^```$/gms, "");
    const ways = [...prose.matchAll(/\]\((?!https:|mailto:|#)([^)#\s]+)[^)]*\)/g)].map(([, way]) => way!);
    expect(ways.length).toBeGreaterThan(10);
    expect(ways.filter((way) => !files.includes(way))).toEqual([]);
    for (const file of ["README.md", "docs/guides/errors.md", "src/testing/README.md"]) expect(whole).toContain(`<!-- ${file} -->`); // prettier-ignore
  });
});
