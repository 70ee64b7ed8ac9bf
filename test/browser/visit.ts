import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export const VIEWS = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
} as const;
export type View = keyof typeof VIEWS;

/** What a browser finds on a page. */
export interface Visit {
  readonly view: View;
  readonly path: string;
  readonly title: string;
  readonly description: string;
  /** Errors on the console. */
  readonly complaints: readonly string[];
  /** The URLs of all requests. */
  readonly requests: readonly string[];
  /** The bytes of HTML and of script that the page loads, without compression. */
  readonly bytes: { readonly document: number; readonly script: number };
  readonly links: readonly string[];
  readonly ids: readonly string[];
  /** What axe finds in light and in dark mode. */
  readonly violations: readonly string[];
  readonly scrollsSideways: boolean;
  /** Words in code that continue on the next line. */
  readonly brokenWords: readonly string[];
}

/** Opens every path in every view, four pages at a time. */
export async function visitAll(browser: Browser, site: string, paths: readonly string[]): Promise<Visit[]> {
  const visits: Visit[] = [];
  for (const view of Object.keys(VIEWS) as View[]) {
    const context = await browser.newContext({ ...VIEWS[view], colorScheme: "light" });
    const queue = paths.values();
    const work = async (): Promise<void> => {
      for (const path of queue) visits.push(await visit(context, view, site, path));
    };
    await Promise.all([work(), work(), work(), work()]);
    await context.close();
  }
  return visits;
}

async function visit(context: BrowserContext, view: View, site: string, path: string): Promise<Visit> {
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  const bytes = { document: 0, script: 0 };
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  page.on("requestfinished", async (request) => {
    const type = request.resourceType();
    if (type !== "document" && type !== "script") return;
    const { responseBodySize } = await request.sizes();
    bytes[type] += responseBodySize;
  });
  await openPage(page, `${site}${path}`);
  await page.waitForLoadState("networkidle"); // the sizes of all scripts are known
  const found = await page.evaluate(inspect);
  await page.addScriptTag({ path: AXE });
  const violations = await violationsOf(page, "light");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction(() => document.documentElement.classList.contains("dark"));
  violations.push(...(await violationsOf(page, "dark")));
  await page.close();
  return { view, path, complaints, requests, bytes, violations, ...found };
}

/** Opens a page, and waits until its scripts run: Vue marks the element that it has taken over. */
export async function openPage(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(() => "__vue_app__" in (document.querySelector("#app") ?? {}));
}

async function violationsOf(page: Page, mode: string): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>(`axe.run({ resultTypes: ["violations"] })`);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${mode}: ${id}: ${target.join(" ")}`));
}

/** Runs in the page. */
function inspect(): Pick<Visit, "title" | "description" | "links" | "ids" | "scrollsSideways" | "brokenWords"> {
  return {
    title: document.title,
    description: document.querySelector<HTMLMetaElement>('meta[name="description"]')?.content ?? "",
    links: [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ href }) => href),
    ids: [...document.querySelectorAll("[id]")].map(({ id }) => id),
    scrollsSideways: document.documentElement.scrollWidth > window.innerWidth,
    brokenWords: [...document.querySelectorAll("main code")].flatMap((code) => {
      const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
      const broken: string[] = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        for (const { 0: word, index } of (node.textContent ?? "").matchAll(/[\w-]+/g)) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(word);
        }
      }
      return broken;
    }),
  };
}
