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
  await context.addInitScript({ path: AXE }); // faster than a script tag on each page
  const queue = paths.values();
  const knownColors = new Set<string>();
  const work = async (): Promise<void> => {
    const page = await context.newPage();
    for (const path of queue) visits.push(await visit(page, `${site}${path}`, { path, knownColors }));
  };
  await Promise.all([work(), work(), work(), work()]);
  await context.close();
  return visits;
}

async function visit(
  page: Page,
  url: string,
  { path, knownColors }: { path: string; knownColors: Set<string> },
): Promise<Visit> {
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.setViewportSize(DEVICES.desktop.viewport);
  await page.emulateMedia({ colorScheme: "light" });
  await openPage(page, url);
  const { codeColors, ...found } = await page.evaluate(inspect);
  const newColors = codeColors.filter((color) => !knownColors.has(color));
  for (const color of newColors) knownColors.add(color);
  const violations = await violationsOf(page, newColors.length > 0);
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

/**
 * All rules in light mode. Only the contrast of colors can differ in dark mode. Code, whose check takes longest, is checked
 * where it has a color that no page before had.
 */
async function violationsOf(page: Page, isCodeChecked: boolean): Promise<string[]> {
  const context = { exclude: isCodeChecked ? [] : ["pre code"] };
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction(
      (isDark) => document.documentElement.classList.contains("dark") === isDark,
      colorScheme === "dark",
    );
    const options = { resultTypes: ["violations"], ...(colorScheme === "dark" && { runOnly: ["color-contrast"] }) };
    const { violations } = await page.evaluate<AxeResults>(
      `axe.run(${JSON.stringify(context)}, ${JSON.stringify(options)})`,
    );
    for (const { id, nodes } of violations)
      found.push(...nodes.map(({ target }) => `${colorScheme}: ${id}: ${target.join(" ")}`));
  }
  return found;
}

/** Runs in the page. */
function inspect(): Pick<Visit, "title" | "description" | "links" | "ids"> & { codeColors: string[] } {
  return {
    title: document.title,
    description: document.querySelector<HTMLMetaElement>('meta[name="description"]')?.content ?? "",
    links: [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ href }) => href),
    ids: [...document.querySelectorAll("[id]")].map(({ id }) => id),
    codeColors: [...document.querySelectorAll("pre code span[style]")].map((each) => each.getAttribute("style")!),
  };
}
