import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { InvalidArgumentError, Polytomic } from "../../src/index.ts";
import { callOperation, FACTS, OPERATION_IDS, ORGANIZATION, ROLE, USER } from "../facts.ts";

const fetch = vi.fn(async (_url: string, _init: RequestInit) => Response.json({ data: null }));
const polytomic = new Polytomic({ apiKey: "a-key", fetch });
const acme = polytomic.organization(ORGANIZATION);

/** Expects that a call is rejected before anything is sent, with an error that mentions the culprit. */
async function expectRefusal(start: () => PromiseLike<unknown>, culprit: string | RegExp): Promise<void> {
  fetch.mockClear();
  await expect(start()).rejects.toThrow(expect.objectContaining({ name: "InvalidArgumentError" }));
  await expect(start()).rejects.toThrow(culprit);
  expect(fetch).not.toHaveBeenCalled();
}

describe("ids", () => {
  test.each([
    "",
    ".",
    "..",
    "a/b",
    "%2e%2e",
    "undefined",
    `${USER}/keys`,
    `${USER}?x`,
    `${USER}\n`,
    ` ${USER}`,
    "{id}",
  ])("the id %j never reaches the network", async (id) => {
    await expectRefusal(() => polytomic.users.get(id), "`id` must be a UUID");
    await expectRefusal(() => polytomic.organization(id).users.list(), "`org_id` must be a UUID");
    await expectRefusal(() => polytomic.organization(id).roles.list(), "`org_id` must be a UUID");
    await expectRefusal(() => polytomic.organizations.get(id), "`id` must be a UUID");
    await expectRefusal(() => acme.users.delete(id), "`id` must be a UUID");
  });

  test("an id in place of the options is refused with the way to a customer organization", async () => {
    const hint = /`organization\(id\)\.users`\.$/;
    await expectRefusal(() => polytomic.users.list(ORGANIZATION as never), hint);
    await expectRefusal(() => polytomic.users.get(ORGANIZATION, USER as never), hint);
    await expectRefusal(() => polytomic.users.create(ORGANIZATION as never, { email: "a@b.c" } as never), hint);
    await expectRefusal(() => polytomic.users.update(ORGANIZATION, USER as never, ROLE as never), hint);
    await expectRefusal(() => polytomic.roles.list(ORGANIZATION as never), /`organization\(id\)\.roles`\.$/);
    await expectRefusal(() => acme.users.list(USER as never), /with an id in place of an object\.$/);
    await expectRefusal(() => acme.roles.list(ROLE as never), /with an id in place of an object\.$/);
  });

  test.each([undefined, null, 5, {}, [USER], { toString: () => USER }])(
    "an id that is not a string, such as %j, never reaches the network",
    async (id) => {
      await expectRefusal(() => polytomic.users.get(id as never), "`id` must be a UUID");
      await expectRefusal(() => polytomic.organization(id as never).users.list(), "`org_id` must be a UUID");
      await expectRefusal(() => polytomic.organization(id as never).roles.list(), "`org_id` must be a UUID");
    },
  );

  test("any string is either refused as an id or becomes exactly one segment of the path", async () => {
    const idLike = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.uuid(),
      fc.uuid().map((uuid) => uuid.toUpperCase()),
      fc.tuple(fc.uuid(), fc.constantFrom("/", "?", "#", "%2f", "\\", "\n", " ", ";", ":")).map(([a, b]) => a + b),
      fc.constantFrom("..", ".", "%2e%2e", "//", "\\..\\"),
    );
    await fc.assert(
      fc.asyncProperty(idLike, idLike, async (org_id, id) => {
        fetch.mockClear();
        const result = await polytomic.organization(org_id).users.createApiKey(id).result();
        if (result.ok) throw new Error("the response has no key");
        if (result.error.name === "InvalidArgumentError") {
          expect(fetch).not.toHaveBeenCalled();
          return;
        }
        const { pathname, search, hash } = new URL(fetch.mock.calls[0]![0]);
        const { template } = FACTS.createPartnerUserApiKey;
        expect(pathname).toBe(template.replace("{org_id}", org_id).replace("{id}", id));
        expect(pathname.split("/")).toHaveLength(template.split("/").length);
        expect(search + hash).toBe("");
      }),
      { numRuns: 500 },
    );
  });

  test("path parameters cannot be left out at run time", async () => {
    const path = null as never;
    const start = (): PromiseLike<unknown> =>
      polytomic.request("get", "/api/organization/users/{id}", { params: { path } });
    await expectRefusal(start, /`id` must be a UUID.*undefined/);
  });
});

describe("options of a call", () => {
  test.each(OPERATION_IDS)("%s refuses an unknown option by name", async (id) => {
    await expectRefusal(() => callOperation(id, polytomic, { singal: 1 } as never), "`singal`");
  });

  test.each([
    [{ signal: {} }, "`signal` must be an AbortSignal"],
    [{ signal: new EventTarget() }, "`signal` must be an AbortSignal"],
    [{ signal: { throwIfAborted() {}, addEventListener() {} } }, "`signal` must be an AbortSignal"],
    [{ version: 2025 }, "`version` must be a date"],
    [{ headers: { accept: "text/html" } }, "`accept`"],
    [{ idempotencyKey: "12345678" }, /`idempotencyKey`.*POST/],
    [5, "options must be an object"],
    [null, "options must be an object"],
  ])("the options %j of a GET are refused", async (options, culprit) => {
    await expectRefusal(() => polytomic.users.list(options as never), culprit);
  });

  test.each(["", "1234567", "x".repeat(256), "with space", "ä".repeat(8), "!12345678", "12345678\n", 12345678])(
    "the idempotency key %j is refused",
    async (idempotencyKey) => {
      const body = { email: "ada@acmecorp.com" };
      await expectRefusal(() => polytomic.users.create(body, { idempotencyKey } as never), "8 to 255 characters");
    },
  );

  test.each(["x".repeat(8), "x".repeat(255), "aB0-_xyz"])("the idempotency key %j is sent", async (idempotencyKey) => {
    fetch.mockClear();
    await polytomic.users.create({ email: "ada@acmecorp.com" }, { idempotencyKey }).result();
    expect(fetch.mock.lastCall?.[1].headers).toMatchObject({ "idempotency-key": idempotencyKey });
  });

  test("only a POST accepts an idempotency key", async () => {
    for (const id of OPERATION_IDS.filter((each) => FACTS[each].method !== "POST")) {
      await expectRefusal(() => callOperation(id, polytomic, { idempotencyKey: "12345678" }), /`idempotencyKey`.*POST/);
    }
  });

  test("options that are accessors of a class or of a proxy are checked", async () => {
    class Options {
      get version(): string {
        return "a\nb";
      }
    }
    await expectRefusal(() => polytomic.users.list(new Options()), "`version` must be a date");
    const proxy = new Proxy({ timeout: 1 }, { get: (_target, name) => (name === "timeout" ? "abc" : undefined) });
    await expectRefusal(() => polytomic.users.list(proxy), "`timeout` must be a number of milliseconds");
  });

  test("an option is read once, so that an accessor cannot change it after the check", async () => {
    let reads = 0;
    const options = {
      get maxRetries() {
        return reads++ === 0 ? 0 : -1;
      },
    };
    expect((await polytomic.users.list(options).result()).ok).toBe(true);
    expect(reads).toBe(1);
  });
});

describe("bodies", () => {
  test.each([undefined, null, "text", 5, []])("the body %j is refused", async (body) => {
    await expectRefusal(() => polytomic.users.create(body as never), "body of createCurrentOrgUser");
  });

  const notAwaited = Promise.resolve({ email: "a@b.c" });
  test.each([new Map(), new FormData(), new URLSearchParams("email=a@b.c"), notAwaited, new Date(), { toJSON() {} }])(
    "the body %o, whose fields JSON would lose, is refused",
    async (body) => {
      await expectRefusal(() => polytomic.users.create(body as never), "body of createCurrentOrgUser");
    },
  );

  test("an instance of a user's own class is accepted as a body", async () => {
    class Invitation {
      readonly email = "a@b.c";
    }
    fetch.mockClear();
    await polytomic.users.create(new Invitation()).result();
    expect(fetch.mock.lastCall?.[1].body).toBe('{"email":"a@b.c"}');
  });

  test("a body that cannot be serialized to JSON is refused with the cause", async () => {
    const circle: Record<string, unknown> = { email: "a@b.c" };
    circle["email"] = circle;
    for (const body of [circle, { email: 1n }]) {
      const start = (): ReturnType<typeof polytomic.users.create> => polytomic.users.create(body as never);
      await expectRefusal(start, "cannot be serialized to JSON");
      expect((await start().result()).error).toMatchObject({ cause: { name: "TypeError" } });
    }
  });

  test.each([
    ["roleIds", " Did you mean `role_ids`?"],
    ["ROLE-IDS", " Did you mean `role_ids`?"],
    ["role_id", " Did you mean `role_ids`?"],
    ["Email", " Did you mean `email`?"],
    ["emai", " Did you mean `email`?"],
    ["ema", ""],
    ["mail", ""],
    ["emails", ""],
    ["nickname", ""],
    ["additionalRoleIdentifiers", ""],
  ])("the unknown field %s is refused before anything is sent, with the valid fields", async (name, hint) => {
    const body = { email: "a@b.c", [name]: [ROLE] };
    const message = `Unknown field \`${name}\`.${hint} Valid fields: email, role_ids, role.`;
    await expectRefusal(() => polytomic.users.create(body), message);
    await expectRefusal(() => acme.users.update(USER, body), message);
  });

  test("the fields of a body are those of its JSON", async () => {
    const hidden = { email: "a@b.c", toJSON: () => ({ email: "a@b.c", roleIds: [ROLE] }) };
    await expectRefusal(() => polytomic.users.create(hidden), "Unknown field `roleIds`");
    fetch.mockClear();
    await polytomic.users.create({ _email: "", toJSON: () => ({ email: "a@b.c" }) } as never).result();
    expect(fetch).toHaveBeenCalledOnce();
  });

  test("a long unknown field is not shown, because it can be a misplaced key", async () => {
    const body = { email: "a@b.c", "a-key-that-is-long-enough-1": "" };
    await expectRefusal(() => polytomic.users.create(body), /^Unknown field\. Valid fields: /);
  });

  test("`role` together with `role_ids` is refused, unless one is undefined", async () => {
    const body = { email: "a@b.c", role_ids: [ROLE], role: "admin" };
    await expectRefusal(() => polytomic.users.create(body as never), "Pass either `role_ids` or `role`, not both.");
    fetch.mockClear();
    await polytomic.users.create({ email: "a@b.c", role_ids: [ROLE], role: undefined }).result();
    expect(fetch).toHaveBeenCalledOnce();
  });

  test("request() sends a field that the spec does not have", async () => {
    fetch.mockClear();
    const body = { email: "a@b.c", nickname: "Ada" };
    await polytomic.request("post", "/api/organization/users", { body }).result();
    expect(fetch.mock.lastCall?.[1].body).toBe(JSON.stringify(body));
  });

  test("a body is refused if the operation does not take one", async () => {
    const input = { body: {} } as never;
    await expectRefusal(() => polytomic.request("get", "/api/organization/users", input), "not take a body");
  });
});

test("a path that is not in the spec is refused by name", async () => {
  const path = "/api/nothing" as "/api/organization/users";
  await expectRefusal(() => polytomic.request("get", path), "get /api/nothing");
});

test("a query parameter that is not a plain value is refused", async () => {
  await expectRefusal(() => acme.users.createApiKey(USER, { force: {} } as never), "`force`");
  await expectRefusal(() => acme.users.createApiKey(USER, true as never), "query parameters must be an object");
});

test.each(["\ud800", "a\udc00b"])("a query value with the lone surrogate in %j is refused", async (force) => {
  await expectRefusal(() => acme.users.createApiKey(USER, { force } as never), "`force` contains a lone surrogate");
});

test("an unknown query parameter is refused, since a misspelt `force` would revoke nothing", async () => {
  for (const query of [{ forse: true }, { "force=true&x": 1 }, { signal: undefined }]) {
    const [name] = Object.keys(query);
    await expectRefusal(() => acme.users.createApiKey(USER, query as never), `no query parameter \`${name}\``);
  }
});

test("an option in place of a query parameter or a field is refused with the place where options belong", async () => {
  const options = { idempotencyKey: "rotate-4711" } as never;
  await expectRefusal(
    () => acme.users.createApiKey(USER, options),
    /no query parameter `idempotencyKey`\. It is an option: pass it in the third argument, after the query parameters\.$/,
  );
  const params = { path: { org_id: ORGANIZATION, id: USER }, query: options };
  await expectRefusal(
    () => polytomic.request("post", "/api/organizations/{org_id}/users/{id}/keys", { params }),
    /It is an option: pass it beside `params`\.$/,
  );
  const body = { email: "a@b.c", timeout: 5 };
  await expectRefusal(() => polytomic.users.create(body), "It is an option: pass it in the argument after the body.");
});

test("the message about an unknown option lists the options of that method", async () => {
  const shared = "timeout, totalTimeout, maxRetries, maxResponseBytes, version, headers, signal";
  const valid = (names: string): RegExp => new RegExp(`Valid options: ${names}\\.$`);
  const unknown = { singal: 1 } as never;
  await expectRefusal(() => polytomic.users.list(unknown), valid(shared));
  await expectRefusal(() => polytomic.users.delete(USER, unknown), valid(shared));
  await expectRefusal(() => polytomic.users.create({ email: "a@b.c" }, unknown), valid(`${shared}, idempotencyKey`));
  await expectRefusal(() => acme.users.createApiKey(USER, {}, unknown), valid(`${shared}, idempotencyKey`));
  const path = "/api/organization/users";
  await expectRefusal(() => polytomic.request("get", path, unknown), valid(`params, body, ${shared}`));
  await expectRefusal(() => polytomic.untypedRequest("get", path, unknown), valid(`query, body, ${shared}`));
});

const fail = (): never => {
  throw new Error("closed");
};
const unchecked = polytomic as unknown as { request(...args: unknown[]): ReturnType<typeof polytomic.users.list> };

test.each<[argument: string, start: () => PromiseLike<unknown>]>([
  ["id", () => polytomic.users.get("jane")],
  ["org_id", () => polytomic.organization("acme").users.list()],
  ["options", () => polytomic.users.list(5 as never)],
  ["options", () => polytomic.users.list(ORGANIZATION as never)],
  ["options", () => polytomic.users.list(new Proxy({}, { has: fail }))],
  ["options.timeout", () => polytomic.users.list({ timeout: -1 })],
  ["options.signal", () => polytomic.users.list({ signal: {} } as never)],
  ["options.singal", () => polytomic.users.list({ singal: 1 } as never)],
  ["options", () => polytomic.users.list({ "a-key-that-is-long-enough-1": 1 } as never)],
  ["options.headers", () => polytomic.users.list({ headers: { accept: "text/html" } })],
  ["options.headers", () => polytomic.users.list({ headers: { "bad name": "x" } })],
  ["options.idempotencyKey", () => polytomic.users.list({ idempotencyKey: "12345678" } as never)],
  ["options.idempotencyKey", () => polytomic.users.create({ email: "a@b.c" }, { idempotencyKey: "1" })],
  ["body", () => polytomic.users.create("jane" as never)],
  ["body", () => polytomic.users.create(ORGANIZATION as never)],
  ["body", () => polytomic.users.create({ email: 1n } as never)],
  ["body", () => polytomic.users.create({ email: "a@b.c", role: "admin", role_ids: [ROLE] } as never)],
  ["body", () => unchecked.request("get", "/api/organization/users", { body: {} })],
  ["body.nickname", () => polytomic.users.create({ email: "a@b.c", nickname: "Ada" } as never)],
  ["query", () => acme.users.createApiKey(USER, true as never)],
  ["query", () => acme.users.createApiKey(USER, new Proxy({}, { ownKeys: fail }))],
  ["query.forse", () => acme.users.createApiKey(USER, { forse: true } as never)],
  ["query.force", () => acme.users.createApiKey(USER, { force: {} } as never)],
  ["query.force", () => acme.users.createApiKey(USER, { force: "\ud800" } as never)],
  ["path", () => unchecked.request("get", "/api/nothing")],
  ["method", () => unchecked.request("patch", "/api/organization/users")],
])("an InvalidArgumentError names the argument: %s, %#", async (argument, start) => {
  fetch.mockClear();
  const error: unknown = await start().then(undefined, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvalidArgumentError);
  expect(error).toMatchObject({ argument });
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({ argument });
  expect(fetch).not.toHaveBeenCalled();
});

test("a key that was passed as a name does not appear in the message", async () => {
  const key = "sk-secret-secret-secret-secret";
  const untyped = polytomic as unknown as { request(method: string, path: string): PromiseLike<unknown> };
  for (const start of [
    () => polytomic.users.list({ [key]: 1 } as never),
    () => acme.users.createApiKey(USER, { [key]: true } as never),
    () => untyped.request("get", key),
    () => untyped.request(key, "/api/organization/users"),
  ]) {
    const { error } = await (start() as ReturnType<typeof polytomic.users.list>).result();
    expect(error?.name).toBe("InvalidArgumentError");
    expect(error?.message).not.toContain("secret");
  }
});
