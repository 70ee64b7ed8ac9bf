import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, BrowserContext, Page, Request } from "playwright-core";

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
  /** Copy buttons that are always visible, and lie over the code. */
  readonly coveredCode: readonly string[];
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
  const loaded: Promise<readonly [type: string, bytes: number]>[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  const measure = (request: Request): void => {
    loaded.push(request.sizes().then(({ responseBodySize }) => [request.resourceType(), responseBodySize] as const));
  };
  page.on("requestfinished", measure);
  await openPage(page, `${site}${path}`);
  await page.waitForLoadState("networkidle"); // the sizes of all scripts are known
  page.off("requestfinished", measure); // a size cannot be read any more when the page is closed
  const sizes = await Promise.all(loaded);
  const found = await page.evaluate(inspect);
  await page.addScriptTag({ path: AXE });
  const violations = await violationsOf(page, "light");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction(() => document.documentElement.classList.contains("dark"));
  violations.push(...(await violationsOf(page, "dark")));
  await page.close();
  const bytesOf = (type: string): number =>
    sizes.reduce((sum, [each, bytes]) => (each === type ? sum + bytes : sum), 0);
  const bytes = { document: bytesOf("document"), script: bytesOf("script") };
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
function inspect(): Pick<
  Visit,
  "title" | "description" | "links" | "ids" | "scrollsSideways" | "brokenWords" | "coveredCode"
> {
  return {
    title: document.title,
    description: document.querySelector<HTMLMetaElement>('meta[name="description"]')?.content ?? "",
    links: [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ href }) => href),
    ids: [...document.querySelectorAll("[id]")].map(({ id }) => id),
    scrollsSideways: document.documentElement.scrollWidth > window.innerWidth,
    coveredCode: [...document.querySelectorAll("main button.copy")].flatMap((button) => {
      const code = button.parentElement!.querySelector("code")!;
      const isOver = button.getBoundingClientRect().bottom > code.getBoundingClientRect().top;
      return getComputedStyle(button).opacity === "1" && button.checkVisibility() && isOver ? [code.innerText] : [];
    }),
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
