import { describe, expect, test, vi } from "vitest";
import { Polytomic, type ApiCall, type PolytomicOptions, type RequestOptions } from "../../src/index.ts";
import { DATA, ORGANIZATION, USER } from "../facts.ts";

const OTHER = "e1f2d3c4-b5a6-7890-1234-56789abcdef0";

/** A client whose lists have these entries, and the requests that it sends. */
function clientOf(entries: unknown, options: PolytomicOptions = { partnerKey: "p-key", organizationId: ORGANIZATION }) {
  const fetch = vi.fn(async (_url: string) => Response.json({ data: entries }, { headers: { "x-request-id": "r-1" } }));
  return { polytomic: new Polytomic({ ...options, fetch }), fetch };
}

const acme = (client: Polytomic): ReturnType<Polytomic["organization"]> => client.organization(ORGANIZATION);

type Find = (text: string, options?: RequestOptions) => ApiCall<object | undefined>;

/** The four methods, each with the argument and the entry that it finds. */
const METHODS: readonly [name: string, field: string, sample: object, methodOf: (client: Polytomic) => Find][] = [
  [
    "polytomic.users.findByEmail",
    "email",
    DATA.user,
    ({ users }) =>
      (...args) =>
        users.findByEmail(...args),
  ],
  [
    "organization(id).users.findByEmail",
    "email",
    DATA.user,
    (client) =>
      (...args) =>
        acme(client).users.findByEmail(...args),
  ],
  [
    "polytomic.roles.findByName",
    "name",
    DATA.roles![0]!,
    ({ roles }) =>
      (...args) =>
        roles.findByName(...args),
  ],
  [
    "organization(id).roles.findByName",
    "name",
    DATA.roles![0]!,
    (client) =>
      (...args) =>
        acme(client).roles.findByName(...args),
  ],
];

describe.each(METHODS)("%s", (method, field, sample, methodOf) => {
  const entry = { ...sample } as { [name: string]: unknown };
  const text = String(entry[field]);
  const other = { ...entry, id: OTHER, [field]: `another-${text}` };

  test.each([text, text.toUpperCase(), text.toLowerCase()])(
    `${method} finds %j with one request, without regard to case`,
    async (wanted) => {
      const { polytomic, fetch } = clientOf([other, entry]);
      expect(await methodOf(polytomic)(wanted)).toEqual(entry);
      expect(fetch).toHaveBeenCalledOnce();
    },
  );

  test.each([
    ["of another value", [other]],
    [
      "that only begins like it",
      [
        { ...entry, [field]: `${text}x` },
        { ...entry, [field]: ` ${text}` },
      ],
    ],
    ["without the field, or with another type", [{}, { [field]: null }, { [field]: 5 }, { [field]: [text] }]],
    ["at all", []],
    ["at all, as null", null],
  ])(`${method} returns undefined if the list has no entry %s`, async (_what, entries) => {
    expect(await methodOf(clientOf(entries).polytomic)(text)).toBeUndefined();
  });

  test(`${method} fails with both ids if two entries match, whatever their order is`, async () => {
    const twin = { ...entry, id: OTHER, [field]: text.toUpperCase() };
    for (const entries of [
      [entry, twin],
      [twin, entry],
    ]) {
      const { error } = await methodOf(clientOf(entries).polytomic)(text).result();
      expect(error).toMatchObject({ name: "InvalidArgumentError", argument: field, attempts: 1 });
      expect(error?.operation?.id).toMatch(/^list/);
      expect(error?.message).toMatch(new RegExp(`^\`${field}\` matches 2 entries of the list: `));
      for (const { id } of [entry, twin]) expect(error?.message).toContain(id as string);
    }
  });

  test(`${method} does not show what is not an id in the message about two entries`, async () => {
    const { polytomic } = clientOf([entry, { ...entry, id: "p-key" }, { ...entry, id: undefined }]);
    const { error } = await methodOf(polytomic)(text).result();
    expect(error?.message).toContain(`3 entries of the list: ${String(entry["id"])}, one without a valid id, one`);
  });

  test.each([
    ["", "blank"],
    [" \n", "blank"],
    [undefined, "undefined"],
    [null, "null"],
    [5, "a number"],
    [[text], "an array"],
    [{ [field]: text }, "an object"],
    [Promise.resolve(text), "a promise"],
  ])(`${method} refuses %o before anything is sent`, async (value, found) => {
    const { polytomic, fetch } = clientOf([entry]);
    const { error } = await methodOf(polytomic)(value as never).result();
    const message = `\`${field}\` must be a string that is not blank, but it is ${found}.`;
    expect(error).toMatchObject({ name: "InvalidArgumentError", argument: field, message });
    expect(fetch).not.toHaveBeenCalled();
  });

  test(`${method} has withResponse() and result(), and takes the options of a call`, async () => {
    const { polytomic, fetch } = clientOf([entry]);
    const find = methodOf(polytomic);
    expect(await find(text).withResponse()).toMatchObject({ data: entry, requestId: "r-1", attempts: 1 });
    expect(await find("x").result()).toMatchObject({ ok: true, data: undefined });
    const signal = AbortSignal.abort("not wanted");
    await expect(find(text, { signal })).rejects.toBe("not wanted");
    expect((await find(text, { timeout: -1 }).result()).error).toMatchObject({ argument: "options.timeout" });
    expect((await find(text, USER as never).result()).error).toMatchObject({ argument: "options" });
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  test(`${method} fails like a list if the API returns an error or something else`, async () => {
    const failing = new Polytomic({ apiKey: "a-key", fetch: async () => Response.json({}, { status: 403 }) });
    const [isScoped] = /organization\(id\)\.roles/.exec(method) ?? [];
    const expected = isScoped ? "ConfigurationError" : "ForbiddenError";
    expect((await methodOf(failing)(text).result()).error).toMatchObject({ name: expected });
    for (const entries of [{}, "text", [1]]) {
      const { error } = await methodOf(clientOf(entries).polytomic)(text).result();
      expect(error).toMatchObject({ name: "UnexpectedResponseError" });
    }
  });
});
