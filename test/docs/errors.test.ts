import { readFile } from "node:fs/promises";
import { STATUS_CODES } from "node:http";
import * as exported from "polytomic-users";
import { createSandbox } from "polytomic-users/testing";
import { expect, test } from "vitest";
import { apiErrorClass } from "../../src/errors.ts";
import { quoted, ROOT, tableOf } from "./tables.ts";

const { Polytomic, PolytomicError } = exported;

const PAGE = "docs/reference/errors.md";
const page = await readFile(`${ROOT}/${PAGE}`, "utf8");
const classes = await tableOf(PAGE, /^\| class/);
const fields = (await tableOf(PAGE, /^\| field/)).map(([field, on = ""]) => ({
  field: quoted(field)[0]!,
  isOn: (name: string) => (on === "all" ? name === "PolytomicError" : quoted(on).includes(name)),
  isOfPost: on.endsWith("after a POST"),
}));

const NAMES = Object.keys(exported).filter((name) => /^[A-Z]\w+Error$/.test(name));
const constructors = exported as unknown as Record<string, { new (): Error; readonly prototype: Error }>;

test("docs/reference/errors.md lists every error class, with a link to its section", () => {
  const links = classes.map(([link = ""]) => link);
  expect(links.toSorted()).toEqual(NAMES.map((name) => `[\`${name}\`](#${name.toLowerCase()})`).toSorted());
});

test("docs/reference/errors.md names the status of each class that has only one", () => {
  const listed = classes.map(([link, when = ""]) => [/^\d{3}(?=:)/.exec(when)?.[0], quoted(link)[0]]);
  const statuses = Object.keys(STATUS_CODES).filter((status) => status.startsWith("4"));
  const expected = statuses.map((status) => [status, apiErrorClass(Number(status)).name]);
  expect(listed.filter(([status]) => status)).toEqual(expected.filter(([, name]) => name !== "ApiError"));
});

test.each(NAMES)("the section of %s names its base class, and has a program with its output", (name) => {
  const [, section = ""] = new RegExp(`^## ${name}\n(.*?)^## `, "ms").exec(page) ?? [];
  const base = Object.getPrototypeOf(constructors[name]!.prototype).constructor.name as string;
  expect(section).toMatch(new RegExp(`[Ee]xtends\\s+\\[?\`${base}\``));
  expect(section).toMatch(/^```ts\n.*?^```\n\n```text\n/ms);
});

const sandbox = createSandbox();
const { fetch, partnerKey } = sandbox;
const { users } = new Polytomic({ partnerKey, fetch, maxRetries: 0 }).organization(sandbox.organizationId);

/** The error of a call that this fault affects. */
async function failed(fault: Parameters<typeof sandbox.fail>[0]): Promise<unknown> {
  sandbox.fail(fault);
  return (await users.list({ timeout: 50 }).result()).error;
}

/** An error of each class that adds fields, and one of a POST. */
const errors = [
  await (async () => new Polytomic({ apiKey: "" }))().catch((error: unknown) => error),
  (await users.get("jane").result()).error,
  (await users.create({ email: "jane" }).result()).error,
  await failed({ status: 402 }),
  await failed({ body: "<h1>Sign in</h1>" }),
  await failed({ drop: true }),
  await failed({ delay: 1_000 }),
] as InstanceType<typeof PolytomicError>[];

test.each(errors.map((error) => [error.name, error] as const))(
  "docs/reference/errors.md lists the fields of %s, and no others",
  (_name, error) => {
    const ofClass = NAMES.filter((each) => error instanceof constructors[each]!);
    const isPost = error.operation?.method === "POST";
    const listed = fields.filter(({ isOn, isOfPost }) => ofClass.some(isOn) && (isPost || !isOfPost));
    const present = Object.getOwnPropertyNames(error).filter((field) => field !== "stack");
    const always = ["name", "message", "cause"];
    expect([...new Set([...present, ...always])].toSorted()).toEqual(listed.map(({ field }) => field).toSorted());
  },
);

test("docs/reference/errors.md lists the fields that JSON.stringify(error) leaves out", () => {
  const [, list = ""] = /^`JSON\.stringify\(error\)`[^:]*: all fields except (.*?)\./ms.exec(page) ?? [];
  for (const error of errors) {
    const left = Object.getOwnPropertyNames(error).filter((field) => !(field in error.toJSON()) && field !== "stack");
    expect(quoted(list)).toEqual(expect.arrayContaining(left));
    for (const field of quoted(list)) expect(error.toJSON()).not.toHaveProperty(field);
  }
});
