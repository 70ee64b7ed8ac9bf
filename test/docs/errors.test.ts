import { readdir, readFile } from "node:fs/promises";
import { STATUS_CODES } from "node:http";
import { basename } from "node:path";
import { expect, test } from "vitest";
import * as exported from "polytomic-users";
import { ERROR_PAGES, errorOf, pageOf, TROUBLES } from "../../scripts/docs/error-messages.ts";
import { apiErrorClass } from "../../src/errors.ts";
import { quoted, ROOT, tableOf } from "./tables.ts";

const REFERENCE = "docs/reference/errors.md";
const NAMES = Object.keys(exported).filter((name) => /^[A-Z]\w+Error$/.test(name));
const THROWN = NAMES.filter((name) => name !== "PolytomicError");
const classes = exported as unknown as Record<string, { new (): Error; readonly prototype: Error }>;
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
  const links = (await tableOf(REFERENCE, /^\| class/)).map(([name]) => name);
  const expected = NAMES.map((name) => `[\`${name}\`](errors/${basename(pageOf(name))})`);
  expect(links.toSorted()).toEqual(expected.toSorted());
});

test.each(THROWN)("the page of %s has its current message (npm run docs:update)", async (name) => {
  expect(await readPage(name)).toBe(await ERROR_PAGES[pageOf(name)]!(ROOT));
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
  expect(page).toMatch(new RegExp(`^import \\{.*\\b(?:is)?${name}\\b.* from "polytomic-users";$`, "m"));
});

test.each(NAMES)("the fields that the page of %s names are those that it adds to its base class", async (name) => {
  const [, section = ""] = (await readPage(name)).split("\n## Fields\n");
  const added = fields.filter(({ isOn }) => isOn(name)).map(({ field }) => field);
  expect(quoted(section).toSorted()).toEqual(added.toSorted());
});

test("an error page names the statuses of its class, with their reason phrases", async () => {
  const named = new Map<string, string>();
  for (const name of THROWN) {
    const [, intro = ""] = (await readPage(name)).split(/^#.*\n/m);
    for (const [, status, phrase] of intro.split("extends")[0]!.matchAll(/\b([45]\d\d)\s([A-Z]\w+(?:\s[A-Z]\w+)*)/g)) {
      expect(phrase!.replace("\n", " ")).toBe(STATUS_CODES[status!]);
      named.set(status!, name);
    }
  }
  for (const [status, name] of named) expect([status, apiErrorClass(Number(status)).name]).toEqual([status, name]);
  const ofOwnClass = Object.keys(STATUS_CODES).filter((status) => /^4/.test(status) && apiErrorClass(Number(status)).name !== "ApiError"); // prettier-ignore
  expect([...named.keys()]).toEqual(expect.arrayContaining([...ofOwnClass, "500", "502", "503", "504"]));
});

test("the table of classes names the status of each class that has one", async () => {
  const rows = (await tableOf(REFERENCE, /^\| class/)).map(([name, when = ""]) => [quoted(name)[0], when] as const);
  const statuses = rows.flatMap(([name, when]) => (/^\d{3}(?=:)/.exec(when) ?? []).map((status) => [name, status]));
  expect(statuses.length).toBe(7);
  for (const [name, status] of statuses) expect(apiErrorClass(Number(status)).name).toBe(name);
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
