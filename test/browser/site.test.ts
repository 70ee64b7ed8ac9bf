import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { npm } from "../../scripts/package/npm.ts";
import { launchChromium } from "./chromium.ts";
import { servePages, type Pages } from "./pages.ts";
import { openPage, DEVICES, visitAll, type Device, type Visit } from "./visit.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SITE = join(ROOT, "site");
const REPOSITORY = "https://github.com/polytomic-users/polytomic-users";

let browser: Browser;
let site: Pages;
/** The paths of the pages, such as `/guides/errors`. */
let paths: string[];

beforeAll(async () => {
  await npm(["run", "--silent", "docs"], { cwd: ROOT });
  const files = await readdir(SITE, { recursive: true });
  paths = files
    .filter((file) => file.endsWith(".html"))
    .map((file) => `/${file.replace(/(?:(?<=^|\/)index)?\.html$/, "")}`);
  site = await servePages(SITE);
  browser = await launchChromium();
}, 300_000);

afterAll(async () => {
  await browser.close();
  await site.close();
});

test("the configuration of the site compiles", async () => {
  const compiler = join(ROOT, "node_modules/typescript-7/bin/tsc");
  await promisify(execFile)(process.execPath, [compiler, "-p", join(ROOT, "docs")]);
});

describe("every page of the site", () => {
  let visits: Visit[];
  beforeAll(async () => {
    visits = await visitAll(browser, site.url, paths);
  }, 900_000);

  /** The problems, each with its page. */
  const all = (problems: (visit: Visit) => readonly string[]): string[] =>
    visits.flatMap((visit) => problems(visit).map((each) => `${visit.path}: ${each}`));

  test("every page has a title and a description of its own", () => {
    const pages = visits.filter(({ path }) => path !== "/404");
    expect(pages.length).toBeGreaterThan(20);
    expect(new Set(pages.map(({ title }) => title)).size).toBe(pages.length);
    expect(new Set(pages.map(({ description }) => description)).size).toBe(pages.length);
  });

  test("no page loads anything from another host", () => {
    expect(all(({ requests }) => requests.filter((url) => !url.startsWith(site.url) && !url.startsWith("data:")))).toEqual([]); // prettier-ignore
  });

  test("no page prints an error to the console", () => {
    expect(all(({ complaints }) => complaints)).toEqual([]);
  });

  test("every link leads to a page with the anchor, to a file of the site, or to a file of the repository", () => {
    const ids = new Map(visits.map(({ path, ids: found }) => [path, new Set(found)]));
    const leadsNowhere = (link: string): boolean => {
      if (link.startsWith(`${REPOSITORY}/edit/main/`)) return !existsSync(join(ROOT, link.slice(`${REPOSITORY}/edit/main/`.length))); // prettier-ignore
      if (link.startsWith(`${REPOSITORY}/blob/main/`)) return !existsSync(join(ROOT, link.slice(`${REPOSITORY}/blob/main/`.length).replace(/#.*/, ""))); // prettier-ignore
      if (!link.startsWith(site.url)) return !/^(?:https|mailto):/.test(link);
      const [path = "", hash] = link.slice(site.url.length).split("#");
      const found = ids.get(path);
      return found ? Boolean(hash) && !found.has(decodeURIComponent(hash!)) : !existsSync(join(SITE, path));
    };
    expect(new Set(all(({ links }) => links.filter(leadsNowhere)))).toEqual(new Set());
  });

  test("every page passes the accessibility rules of axe, and every kind of element has enough contrast in both color schemes", () => {
    expect(all(({ violations }) => violations)).toEqual([]);
  });

  test("no page scrolls sideways on a desktop or a phone", () => {
    expect(all(({ scrollsSidewaysOn }) => scrollsSidewaysOn)).toEqual([]);
  });
});

describe("the search", () => {
  let page: Page;
  beforeAll(async () => {
    page = await browser.newPage(DEVICES.desktop);
    await openPage(page, `${site.url}/reference/client`);
    await page.keyboard.press("Control+k");
  });
  afterAll(() => page.close());

  test.each([
    ["retry", "/guides/retries"],
    ["idempotency", "/guides/idempotency"],
    ["404", "/reference/errors"],
    ["429", "/guides/retries"],
    ["rate limit", "/guides/retries"],
    ["partner key", "/start/get-a-key"],
    ["sandbox", "/guides/testing"],
    ["jest", "/guides/testing"],
    ["playwright", "/guides/testing"],
    ["next", "/guides/nextjs"],
    ["fastify", "/guides/frameworks"],
    ["scim", "/guides/scim"],
    ["docker", "/guides/containers"],
    ["kubernetes", "/guides/containers"],
    ["role", "/reference/roles"],
    ["sync", "/guides/syncing-users"],
  ])("the search for %s shows %s among the first three results", async (words, expected) => {
    const results = page.locator(".VPLocalSearchBox .result");
    await page.locator("#localsearch-input").fill("");
    await expect.poll(() => results.count()).toBe(0); // the results for the words before
    await page.locator("#localsearch-input").fill(words);
    const first = (): Promise<string[]> =>
      results.evaluateAll((all) => all.slice(0, 3).map((each) => (each as HTMLAnchorElement).pathname));
    await expect.poll(first, { timeout: 15_000 }).toContain(expected);
  });
});

describe("a reader", () => {
  const open = (device: Device, options: object = {}): Promise<BrowserContext> =>
    browser.newContext({ ...DEVICES[device], ...options });

  /** Opens a page in a new window, and closes the window afterwards. */
  async function read(
    path: string,
    device: Device,
    look: (page: Page) => Promise<void>,
    options?: object,
  ): Promise<void> {
    const context = await open(device, options);
    const page = await context.newPage();
    await openPage(page, `${site.url}${path}`);
    await look(page);
    await context.close();
  }

  test("the navigation shows all sections, and the current page", async () => {
    await read("/reference/users", "desktop", async (page) => {
      const entries = await page.locator(".VPSidebarItem .text").allTextContents();
      expect(entries).toEqual(expect.arrayContaining(["Start here", "Guides", "Reference", "Project"]));
      expect(await page.locator(".VPSidebarItem.is-active > .item .text").last().innerText()).toBe("Users");
    });
  });

  test("the keyboard opens the search, chooses a result and opens it", async () => {
    await read("/", "desktop", async (page) => {
      await page.keyboard.press("/");
      await page.locator("#localsearch-input:focus").waitFor();
      await page.keyboard.type("createApiKey");
      const found = page.locator(".VPLocalSearchBox .result").first(); // results for the first letters disappear again
      await expect.poll(() => found.getAttribute("href")).toBe("/reference/users#createapikey");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/reference/users#createapikey");
    });
  });

  test("the tab key reaches every control of a page, and the focus is visible", async () => {
    await read("/reference/users", "desktop", async (page) => {
      const wanted = await page.evaluate(() => {
        const controls = document.querySelectorAll<HTMLElement>("a[href], button, summary, input, [tabindex='0']");
        const shown = [...controls].filter(
          (each) => each.tabIndex >= 0 && each.checkVisibility({ visibilityProperty: true }),
        );
        for (const [index, element] of shown.entries()) element.dataset["stop"] = String(index);
        return shown.length;
      });
      const stops = new Set<string>();
      for (let presses = 0; presses < 2 * wanted && stops.size < wanted; presses++) {
        await page.keyboard.press("Tab");
        const { stop, html, isOutlined } = await page.evaluate(() => {
          const element = document.activeElement as HTMLElement;
          return {
            stop: element.dataset["stop"],
            html: element.outerHTML.slice(0, 100),
            isOutlined: getComputedStyle(element).outlineStyle !== "none",
          };
        });
        if (stop === undefined) continue;
        stops.add(stop);
        expect(isOutlined, html).toBe(true);
      }
      expect(stops.size).toBe(wanted);
    });
  });

  test("the site is dark when the system is, and a switch changes it", async () => {
    const isDark = (page: Page): Promise<boolean> =>
      page.evaluate(() => document.documentElement.classList.contains("dark"));
    const look = async (page: Page): Promise<void> => {
      expect(await isDark(page)).toBe(true);
      await page.locator(".VPNavBar .VPSwitchAppearance").first().click();
      await expect.poll(() => isDark(page)).toBe(false);
    };
    await read("/", "desktop", look, { colorScheme: "dark" });
  });

  test.each([320, 768])("a page fits into a window of %i pixels", async (width) => {
    const viewport = { width, height: 900 };
    await read(
      "/reference/users",
      "desktop",
      async (page) => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      },
      { viewport },
    );
  });

  test("the menu opens on a phone and leads to another page", async () => {
    await read("/guides/errors", "phone", async (page) => {
      await page.getByRole("button", { name: "Menu" }).click();
      await page.locator(".VPSidebar").getByRole("link", { name: "Idempotency" }).click();
      await page.waitForURL(`${site.url}/guides/idempotency`);
    });
  });

  test("a copy button is visible on a phone and copies the code", async () => {
    await read(
      "/",
      "phone",
      async (page) => {
        const button = page.locator("button.copy").first();
        expect(await button.evaluate((element) => getComputedStyle(element).opacity)).toBe("1");
        await button.tap();
        const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
        await expect.poll(copied).toContain('import { createSandbox } from "polytomic-users/testing";\n');
      },
      { permissions: ["clipboard-read", "clipboard-write"] },
    );
  });

  test("an unknown address shows a page with a way back", async () => {
    await read("/no-such-page", "desktop", async (page) => {
      await page.locator("main").getByRole("link", { name: /home/i }).click();
      await page.waitForURL(`${site.url}/`);
    });
  });
});

describe("the files for machines", () => {
  test("llms.txt lists every page with its description", async () => {
    const index = await readFile(join(SITE, "llms.txt"), "utf8");
    const listed = new Set([...index.matchAll(/^- \[.+\]\(\/(.+)\.md\): .{40,}$/gm)].map(([, path]) => `/${path}`));
    expect(paths.filter((path) => path !== "/" && path !== "/404" && !listed.has(path))).toEqual([]);
  });
});
