import { readdir, readFile } from "node:fs/promises";
import { STATUS_CODES } from "node:http";
import { basename } from "node:path";
import { expect, test } from "vitest";
import * as exported from "polytomic-users";
import { ERROR_PAGES, errorOf, pageOf } from "../../scripts/docs/error-messages.ts";
import { apiErrorClass } from "../../src/errors.ts";
import { quoted, ROOT, tableOf } from "./tables.ts";

const REFERENCE = "docs/reference/errors.md";
const NAMES = Object.keys(exported).filter((name) => /^[A-Z]\w+Error$/.test(name));
const THROWN = NAMES.filter((name) => name !== "PolytomicError");
const classes = exported as unknown as Record<string, { new (): Error; readonly prototype: Error }>;
/** The statuses that have a class of their own. */
const STATUSES = Object.keys(STATUS_CODES)
  .map((status) => [status, apiErrorClass(Number(status)).name] as const)
  .filter(([status, name]) => status.startsWith("4") && name !== "ApiError");
const fields = (await tableOf(REFERENCE, /^\| field/)).map(([field, on = ""]) => ({
  field: quoted(field)[0]!,
  isOn: (name: string) => (on === "all" ? name === "PolytomicError" : quoted(on).includes(name)),
  isOfPost: on.endsWith("after a POST"),
}));

test("every error class has a page, and every page in docs/reference/errors/ has an error class", async () => {
  const files = await readdir(`${ROOT}/docs/reference/errors`);
  expect(files.toSorted()).toEqual(NAMES.map((name) => basename(pageOf(name))).toSorted());
});

test("docs/reference/errors.md lists every error class, with a link to its page", async () => {
  const links = (await tableOf(REFERENCE, /^\| class/)).map(([name = ""]) => name);
  const expected = NAMES.map((name) => `[\`${name}\`](errors/${basename(pageOf(name))})`);
  expect(links.toSorted()).toEqual(expected.toSorted());
});

test.each(THROWN)("the page of %s has its current message (npm run docs:update)", async (name) => {
  expect(await readPage(name)).toBe(await ERROR_PAGES[pageOf(name)]!());
});

test.each(NAMES)("the page of %s has the outline that all error pages have, and names the base class", async (name) => {
  const page = await readPage(name);
  const hasOwnFields = fields.some(({ isOn }) => isOn(name));
  expect(page.match(/^#+ .*/gm)).toEqual([
    `# ${name}`,
    "## When it happens",
    ...(THROWN.includes(name) ? ["## Message"] : []),
    "## What to do",
    "## Example",
    ...(hasOwnFields ? ["## Fields"] : []),
  ]);
  const base = Object.getPrototypeOf(classes[name]!.prototype).constructor.name as string;
  const link = NAMES.includes(base) ? `[\`${base}\`](${basename(pageOf(base))})` : `\`${base}\``;
  expect(page).toContain(`\n\`${name}\` extends ${link}`);
  expect(page).toMatch(new RegExp(`^import \\{[^}]*\\b(?:is)?${name}\\b[^}]*\\} from "polytomic-users";$`, "m"));
});

test.each(NAMES)("the fields that the page of %s names are those that it adds to its base class", async (name) => {
  const [, section = ""] = (await readPage(name)).split("\n## Fields\n");
  const added = fields.filter(({ isOn }) => isOn(name)).map(({ field }) => field);
  expect(quoted(section).toSorted()).toEqual(added.toSorted());
});

test("an error page names the statuses of its class, with their reason phrases", async () => {
  const named: [status: string, name: string][] = [];
  for (const name of THROWN) {
    const [, intro = ""] = /^# \w+\n([^]*?) extends /m.exec(await readPage(name)) ?? [];
    for (const [, status = "", phrase = ""] of intro.matchAll(/\b([45]\d\d)\s([A-Z]\w+(?:\s[A-Z]\w+)*)/g)) {
      expect(phrase.replace("\n", " ")).toBe(STATUS_CODES[status]);
      named.push([status, name]);
    }
  }
  for (const [status, name] of named) expect([status, apiErrorClass(Number(status)).name]).toEqual([status, name]);
  const of5xx = ["500", "502", "503", "504"].map((status) => [status, "ServerError"]);
  expect(named).toEqual(expect.arrayContaining([...STATUSES, ...of5xx]));
});

test("the table of classes in docs/reference/errors.md names the status of each class that has only one", async () => {
  const rows = await tableOf(REFERENCE, /^\| class/);
  const statuses = rows.map(([name, when = ""]) => [/^\d{3}(?=:)/.exec(when)?.[0], quoted(name)[0]]);
  expect(statuses.filter(([status]) => status)).toEqual(STATUSES);
});

test.each(THROWN)("docs/reference/errors.md lists the fields of %s, and no others", async (name) => {
  const error = await errorOf(name);
  const ofClass = NAMES.filter((each) => each !== "PolytomicError" && error instanceof classes[each]!);
  const isPost = error.operation?.method === "POST";
  const named = fields.filter(({ isOn, isOfPost }) => ofClass.some(isOn) && (isPost || !isOfPost));
  const present = Object.keys(error).filter((field) => !["name", "message", "cause", "stack"].includes(field));
  expect(present.toSorted()).toEqual(named.map(({ field }) => field).toSorted());
});

test("docs/reference/errors.md lists the fields that JSON.stringify(error) returns", async () => {
  const [, list = ""] = /^`JSON\.stringify\(error\)`[^:]*:(.*?)\./ms.exec(await readFile(`${ROOT}/${REFERENCE}`, "utf8")) ?? []; // prettier-ignore
  expect(quoted(list)).toEqual(Object.keys(exported.PolytomicError.prototype.toJSON()));
});

function readPage(name: string): Promise<string> {
  return readFile(`${ROOT}/${pageOf(name)}`, "utf8");
}
