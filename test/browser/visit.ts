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
  /** What axe finds in light and in dark mode, on a desktop. */
  readonly violations: readonly string[];
  /** The devices on which it scrolls sideways. */
  readonly scrollsSidewaysOn: readonly Device[];
}

/** Opens every path once, in four windows at a time. */
export async function visitAll(browser: Browser, site: string, paths: readonly string[]): Promise<Visit[]> {
  const visits: Visit[] = [];
  const context = await browser.newContext();
  const queue = paths.values();
  const work = async (): Promise<void> => {
    const page = await context.newPage();
    for (const path of queue) visits.push(await visit(page, site, path));
  };
  await Promise.all([work(), work(), work(), work()]);
  await context.close();
  return visits;
}

async function visit(page: Page, site: string, path: string): Promise<Visit> {
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.setViewportSize(DEVICES.desktop.viewport);
  await page.emulateMedia({ colorScheme: "light" });
  await openPage(page, `${site}${path}`);
  const found = await page.evaluate(inspect);
  const violations = await violationsOf(page);
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

/** All rules in light mode. Only the contrast of colors can differ in dark mode. */
async function violationsOf(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction(
      (isDark) => document.documentElement.classList.contains("dark") === isDark,
      colorScheme === "dark",
    );
    const options = { resultTypes: ["violations"], ...(colorScheme === "dark" && { runOnly: ["color-contrast"] }) };
    const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
    for (const { id, nodes } of violations)
      found.push(...nodes.map(({ target }) => `${colorScheme}: ${id}: ${target.join(" ")}`));
  }
  return found;
}

/** Runs in the page. */
function inspect(): Pick<Visit, "title" | "description" | "links" | "ids"> {
  return {
    title: document.title,
    description: document.querySelector<HTMLMetaElement>('meta[name="description"]')?.content ?? "",
    links: [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ href }) => href),
    ids: [...document.querySelectorAll("[id]")].map(({ id }) => id),
  };
}
