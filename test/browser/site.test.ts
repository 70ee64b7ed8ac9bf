import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kebabCase } from "../../scripts/docs/markdown.ts";
import { npm } from "../../scripts/package/npm.ts";
import { FACTS, OPERATION_IDS } from "../facts.ts";
import { launchChromium } from "./chromium.ts";
import { servePages, type Pages } from "./pages.ts";
import { openPage, VIEWS, visitAll, type View, type Visit } from "./visit.ts";

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

  /** The problems, each with its page and view. */
  const all = (problems: (visit: Visit) => readonly string[]): string[] =>
    visits.flatMap((visit) => problems(visit).map((each) => `${visit.path} (${visit.view}): ${each}`));

  test("every page has a title and a description of its own", () => {
    const pages = visits.filter(({ view, path }) => view === "desktop" && path !== "/404");
    expect(pages.length).toBeGreaterThan(40);
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

  test("every page passes the accessibility rules of axe in light and in dark mode", () => {
    expect(all(({ violations }) => violations)).toEqual([]);
  });

  test("no page scrolls sideways", () => {
    expect(all(({ scrollsSideways }) => (scrollsSideways ? ["scrolls sideways"] : []))).toEqual([]);
  });

  test("code does not break inside words and ids", () => {
    expect(all(({ brokenWords }) => brokenWords)).toEqual([]);
  });

  test("copy buttons do not cover code", () => {
    expect(all(({ coveredCode }) => coveredCode)).toEqual([]);
  });

  test("no page loads more than 500 kB of HTML or 400 kB of script", () => {
    const isLarge = ({ document, script }: Visit["bytes"]): boolean => document > 500_000 || script > 400_000;
    expect(visits.filter(({ bytes }) => bytes.document === 0 || bytes.script === 0 || isLarge(bytes)).map(({ path, bytes }) => ({ path, bytes }))).toEqual([]); // prettier-ignore
  });

  test("the page of each operation and the page of the SDK's methods link to each other", () => {
    const linksOf = (path: string): readonly string[] => visits.find((visit) => visit.path === path)?.links ?? [];
    for (const id of OPERATION_IDS) {
      const [page = "", anchor = ""] = FACTS[id].sdk.split(".");
      const operation = `/http/${kebabCase(id)}`;
      expect(linksOf(operation)).toContain(`${site.url}/reference/${page}#${anchor.toLowerCase()}`);
      expect(linksOf(`/reference/${page}`)).toContain(`${site.url}${operation}`);
    }
  });
});

describe("a reader", () => {
  const open = (view: View, options: object = {}): Promise<BrowserContext> =>
    browser.newContext({ ...VIEWS[view], ...options });

  /** Opens a page in a new window, and closes the window afterwards. */
  async function read(path: string, view: View, look: (page: Page) => Promise<void>, options?: object): Promise<void> {
    const context = await open(view, options);
    const page = await context.newPage();
    await openPage(page, `${site.url}${path}`);
    await look(page);
    await context.close();
  }

  test.each(["/start/install", "/guides/errors", "/reference/users", "/http/list-partner-users", "/project/releasing"])(
    "the navigation of %s shows all sections in the order in which users need them, and the current page",
    async (path) => {
      await read(path, "desktop", async (page) => {
        const sections = ["Start here", "Guides", "Reference", "HTTP API", "Project"];
        const entries = await page.locator(".VPSidebarItem .text").allTextContents();
        expect(entries.filter((entry) => sections.includes(entry))).toEqual(sections);
        const current = page.locator(".VPSidebarItem.is-active > .item .text").last();
        expect((await current.boundingBox())!.y).toBeLessThan(VIEWS.desktop.viewport.height);
        expect(await page.locator("h1").innerText()).toContain(await current.innerText());
      });
    },
  );

  test.each([
    ["retry", "/guides/retries"],
    ["idempotency", "/guides/idempotency"],
    ["404", "/reference/errors/not-found-error"],
    ["abort", "/guides/retries"],
    ["partner key", "/start/get-a-key"],
    ["429", "/reference/errors/too-many-requests-error"],
    ["sandbox", "/guides/testing"],
    ["proxy", "/guides/runtimes"],
  ])("the search for %s shows %s among the first three results", async (words, expected) => {
    await read("/reference/client", "desktop", async (page) => {
      await page.keyboard.press("Control+k");
      await page.locator("#localsearch-input").fill(words);
      const results = page.locator(".VPLocalSearchBox .result");
      const first = async (): Promise<string[]> => {
        const links = await results.evaluateAll((all) =>
          all.slice(0, 3).map((each) => (each as HTMLAnchorElement).pathname),
        );
        return links;
      };
      await expect.poll(first, { timeout: 15_000 }).toContain(expected);
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

  test.each(["/", "/guides/retries", "/reference/users", "/http/create-partner-user"])(
    "the tab key reaches every control of %s, and the focus is visible",
    async (path) => {
      await read(path, "desktop", async (page) => {
        const wanted = await page.evaluate(() => {
          const controls = document.querySelectorAll<HTMLElement>("a[href], button, summary, input, [tabindex='0']");
          const isGroup = (each: HTMLElement): boolean =>
            each instanceof HTMLInputElement && each.type === "radio" && !each.checked; // the arrow keys reach these
          const shown = [...controls].filter(
            (each) => each.tabIndex >= 0 && !isGroup(each) && each.checkVisibility({ visibilityProperty: true }),
          );
          for (const [index, element] of shown.entries()) element.dataset["stop"] = String(index);
          return shown.length;
        });
        const stops = new Set<string>();
        const invisible = new Set<string>();
        for (let presses = 0; presses < 2 * wanted && stops.size < wanted; presses++) {
          await page.keyboard.press("Tab");
          const { stop, html, isOutlined } = await page.evaluate(() => {
            const element = document.activeElement as HTMLElement;
            const shown = element.matches(".vp-code-group input") ? element.nextElementSibling! : element;
            return {
              stop: element.dataset["stop"],
              html: element.outerHTML.slice(0, 100),
              isOutlined: getComputedStyle(shown).outlineStyle !== "none",
            };
          });
          if (stop === undefined) continue;
          stops.add(stop);
          if (!isOutlined) invisible.add(html);
        }
        expect([...invisible]).toEqual([]);
        expect(stops.size).toBe(wanted);
      });
    },
  );

  test.each(["light", "dark"] as const)(
    "the site is %s when the system is, and a switch changes it",
    async (colorScheme) => {
      const isDark = (page: Page): Promise<boolean> =>
        page.evaluate(() => {
          const [red = 255] = getComputedStyle(document.body).backgroundColor.match(/\d+/g)!.map(Number);
          return red < 128;
        });
      await read(
        "/",
        "desktop",
        async (page) => {
          expect(await isDark(page)).toBe(colorScheme === "dark");
          await page.locator(".VPNavBar .VPSwitchAppearance").first().click();
          await expect.poll(() => isDark(page)).toBe(colorScheme !== "dark");
        },
        { colorScheme },
      );
    },
  );

  test("the front page shows the program, its output and the reasons on one screen", async () => {
    await read("/", "desktop", async (page) => {
      for (const text of ["No dependencies.", "Safe retries.", "new Polytomic", "john.smith@acmecorp.com"]) {
        const box = await page.locator("main").getByText(text).first().boundingBox();
        expect(box!.y + box!.height, text).toBeLessThan(VIEWS.desktop.viewport.height);
      }
    });
  });

  test("the front page shows the versions of the package and of the API, and its header links to npm and GitHub", async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { version: string };
    await read("/", "desktop", async (page) => {
      await page
        .locator(".VPNavBar")
        .getByRole("button", { name: `v${version}` })
        .waitFor();
      await page.getByText(`polytomic-users ${version} for API version 2025-09-18`).waitFor();
      for (const [name, href] of [
        ["npm", "https://www.npmjs.com/package/polytomic-users"],
        ["GitHub", REPOSITORY],
      ] as const) {
        expect(
          await page.locator(".VPNavBar").getByRole("link", { name, exact: true }).first().getAttribute("href"),
        ).toBe(href);
      }
      const icon = await page.locator('link[rel="icon"]').getAttribute("href");
      expect(existsSync(join(SITE, icon!))).toBe(true);
    });
  });

  test.each([320, 640, 768, 820, 960, 1024])("a page fits into a window of %i pixels", async (width) => {
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

  test("the arrow keys switch between the curl and the TypeScript sample", async () => {
    await read("/http/list-partner-users", "desktop", async (page) => {
      const sample = page.locator(".vp-code-group .blocks > .active");
      await expect.poll(() => sample.innerText()).toContain("curl");
      await page.locator(".vp-code-group input").first().focus();
      await page.keyboard.press("ArrowRight");
      await expect.poll(() => sample.innerText()).toContain("acme.users.list()");
    });
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

  test("every page has a Markdown version, and llms-full.txt contains all of them", async () => {
    const whole = await readFile(join(SITE, "llms-full.txt"), "utf8");
    for (const path of paths.filter((each) => each !== "/404")) {
      const file = join(SITE, `${path === "/" ? "/index" : path}.md`);
      const text = await readFile(file, "utf8");
      const heading = /^# .+$/m.exec(text)![0];
      expect(whole, path).toContain(heading);
      expect((await stat(file)).size, path).toBeGreaterThan(150);
    }
    expect(whole).not.toContain(ROOT);
  });
});
