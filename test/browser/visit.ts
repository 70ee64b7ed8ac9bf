import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export const DEVICES = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
} as const;
export type Device = keyof typeof DEVICES;

/** What a browser finds on a page. */
export interface Visit {
  readonly path: string;
  readonly title: string;
  readonly description: string;
  /** Errors on the console. */
  readonly complaints: readonly string[];
  /** The URLs of all requests. */
  readonly requests: readonly string[];
  readonly links: readonly string[];
  readonly ids: readonly string[];
  /** What axe finds, on a desktop. */
  readonly violations: readonly string[];
  /** The devices on which it scrolls sideways. */
  readonly scrollsSidewaysOn: readonly Device[];
}

/** Opens every path once, in two windows at a time. */
export async function visitAll(browser: Browser, site: string, paths: readonly string[]): Promise<Visit[]> {
  const visits: Visit[] = [];
  const context = await browser.newContext();
  await context.addInitScript({ path: AXE }); // faster than a script tag on each page
  const queue = paths.values();
  const known = new Set<string>();
  const work = async (): Promise<void> => {
    const page = await context.newPage();
    for (const path of queue) visits.push(await visit(page, `${site}${path}`, { path, known }));
  };
  await Promise.all([work(), work()]);
  await context.close();
  return visits;
}

async function visit(page: Page, url: string, { path, known }: { path: string; known: Set<string> }): Promise<Visit> {
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.setViewportSize(DEVICES.desktop.viewport);
  await page.emulateMedia({ colorScheme: "light" });
  await openPage(page, url);
  const { kinds, ...found } = await page.evaluate(inspect);
  const news = kinds.filter((kind) => !known.has(kind));
  for (const kind of news) known.add(kind);
  const violations = await violationsOf(page, news.length > 0);
  const scrollsSidewaysOn: Device[] = [];
  for (const device of Object.keys(DEVICES) as Device[]) {
    await page.setViewportSize(DEVICES[device].viewport);
    if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth))
      scrollsSidewaysOn.push(device);
  }
  page.removeAllListeners();
  return { path, complaints, requests, violations, scrollsSidewaysOn, ...found };
}

/** Opens a page, and waits until its scripts run: Vue marks the element that it has taken over. */
export async function openPage(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(() => "__vue_app__" in (document.querySelector("#app") ?? {}));
}

/** Code and the contrast of colors, whose checks take longest, are checked on pages that have an element of a new kind. */
async function violationsOf(page: Page, isNew: boolean): Promise<string[]> {
  if (!isNew) return runAxe(page, { exclude: ["pre code"] }, { rules: { "color-contrast": { enabled: false } } });
  const light = await runAxe(page, { exclude: [] });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction(() => document.documentElement.classList.contains("dark"));
  const dark = await runAxe(page, { exclude: [] }, { runOnly: ["color-contrast"] });
  return [...light, ...dark.map((violation) => `${violation}, in dark mode`)];
}

async function runAxe(page: Page, context: { exclude: string[] }, options: object = {}): Promise<string[]> {
  const all = JSON.stringify({ resultTypes: ["violations"], ...options });
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(context)}, ${all})`);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

/** Runs in the page. */
function inspect(): Pick<Visit, "title" | "description" | "links" | "ids"> & { kinds: string[] } {
  return {
    title: document.title,
    description: document.querySelector<HTMLMetaElement>('meta[name="description"]')?.content ?? "",
    links: [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ href }) => href),
    ids: [...document.querySelectorAll("[id]")].map(({ id }) => id),
    kinds: [...document.querySelectorAll("body *")].flatMap((each) => [
      each.localName,
      ...[...each.classList].filter((name) => !name.startsWith("_")), // those with _ are the names of pages
      each.closest("pre") ? (each.getAttribute("style") ?? "") : "", // the colors of code
    ]),
  };
}
