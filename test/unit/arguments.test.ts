import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { Polytomic } from "../../src/index.ts";
import { call } from "../calls.ts";
import { FACTS, OPERATION_IDS, ORGANIZATION, USER } from "../facts.ts";

const fetch = vi.fn(async (_url: string, _init: RequestInit) => Response.json({ data: null }));
const polytomic = new Polytomic({ apiKey: "a-key", fetch });

/** Waits for a call that must be refused before anything is sent. */
async function refused(start: () => PromiseLike<unknown>, message: string | RegExp): Promise<void> {
  fetch.mockClear();
  await expect(start()).rejects.toThrow(expect.objectContaining({ name: "InvalidArgumentError" }));
  await expect(start()).rejects.toThrow(message);
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
  ])("%j never reaches the network", async (id) => {
    await refused(() => polytomic.users.get(id), "`id` must be a UUID");
    await refused(() => polytomic.organization(id).users.list(), "`org_id` must be a UUID");
    await refused(() => polytomic.organization(ORGANIZATION).users.delete(id), "`id` must be a UUID");
  });

  test.each([undefined, null, 5, {}, [USER], { toString: () => USER }])("neither does %j", async (id) => {
    await refused(() => polytomic.users.get(id as never), "`id` must be a UUID");
    await refused(() => polytomic.organization(id as never).users.list(), "`org_id` must be a UUID");
  });

  const idLike = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.uuid(),
    fc.uuid().map((uuid) => uuid.toUpperCase()),
    fc.tuple(fc.uuid(), fc.constantFrom("/", "?", "#", "%2f", "\\", "\n", " ", ";", ":")).map(([a, b]) => a + b),
    fc.constantFrom("..", ".", "%2e%2e", "//", "\\..\\"),
  );

  test("whatever the string, it is refused before the network or the path has the template's segments", async () => {
    await fc.assert(
      fc.asyncProperty(idLike, idLike, async (org_id, id) => {
        fetch.mockClear();
        const result = await polytomic.organization(org_id).users.createApiKey(id).result();
        if (result.ok) throw new Error("the answer is not a key");
        if (result.error.name === "InvalidArgumentError") {
          expect(fetch).not.toHaveBeenCalled();
          return;
        }
        const { pathname, search, hash } = new URL(fetch.mock.calls[0]![0]);
        const template = FACTS.createPartnerUserApiKey.template;
        expect(pathname).toBe(template.replace("{org_id}", org_id).replace("{id}", id));
        expect(pathname.split("/")).toHaveLength(template.split("/").length);
        expect(search + hash).toBe("");
      }),
      { numRuns: 500 },
    );
  });
});

describe("options of a call", () => {
  test("an unknown one is refused by name, in every method", async () => {
    for (const id of OPERATION_IDS) {
      await refused(() => call(polytomic, id, { singal: 1 } as never), "no option `singal`");
    }
  });

  test.each([
    [{ signal: {} }, "`signal` must be an AbortSignal"],
    [{ signal: new EventTarget() }, "`signal` must be an AbortSignal"],
    [{ version: 2025 }, "`version` must be a date"],
    [{ headers: { accept: "text/html" } }, "`accept` is set by the client"],
    [{ idempotencyKey: "12345678" }, "for POST only"],
    [5, "must be an object"],
    [null, "must be an object"],
  ])("%j is refused", async (options, message) => {
    await refused(() => polytomic.users.list(options as never), message);
  });

  test.each(["", "1234567", "x".repeat(256), "with space", "ä".repeat(8), "12345678\n", 12345678])(
    "the idempotency key %j is refused",
    async (idempotencyKey) => {
      const body = { email: "ada@acmecorp.com" };
      await refused(() => polytomic.users.create(body, { idempotencyKey } as never), "8 to 255 characters");
    },
  );

  test("no method but POST takes an idempotency key", async () => {
    for (const id of OPERATION_IDS.filter((each) => FACTS[each].method !== "POST")) {
      await refused(() => call(polytomic, id, { idempotencyKey: "12345678" }), "for POST only");
    }
  });
});

describe("bodies", () => {
  test.each([undefined, null, "text", 5, []])("%j is not one", async (body) => {
    await refused(() => polytomic.users.create(body as never), "takes a plain object as its body");
  });

  const forgotten = Promise.resolve({ email: "a@b.c" });
  test.each([new Map(), new FormData(), new URLSearchParams("email=a@b.c"), forgotten, new Date(), { toJSON() {} }])(
    "%o, of which JSON writes nothing or no object, is not one either",
    async (body) => {
      await refused(() => polytomic.users.create(body as never), "takes a plain object as its body");
    },
  );

  test("of a class of one's own are", async () => {
    class Invitation {
      readonly email = "a@b.c";
    }
    fetch.mockClear();
    await polytomic.users.create(new Invitation()).result();
    expect(fetch.mock.lastCall?.[1].body).toBe('{"email":"a@b.c"}');
  });

  test("that JSON cannot hold are refused with the reason", async () => {
    const circle: Record<string, unknown> = { email: "a@b.c" };
    circle["self"] = circle;
    await refused(() => polytomic.users.create(circle as never), "cannot be written as JSON");
    await refused(() => polytomic.users.create({ email: 1n } as never), "cannot be written as JSON");
  });

  test("are not taken where there is none", async () => {
    await refused(() => polytomic.request("get", "/api/organization/users", { body: {} } as never), "takes no body");
  });
});

test("a path that the spec does not have is refused", async () => {
  await refused(
    () => polytomic.request("get", "/api/nothing" as "/api/organization/users"),
    "no operation get /api/nothing",
  );
});

test("path parameters cannot be left out at run time either", async () => {
  const path = null as never;
  const start = (): PromiseLike<unknown> =>
    polytomic.request("get", "/api/organization/users/{id}", { params: { path } });
  await refused(start, "`id` must be a UUID; got undefined");
});

test("query parameters are plain values", async () => {
  const { users } = polytomic.organization(ORGANIZATION);
  await refused(() => users.createApiKey(USER, { force: {} } as never), "`force` must be a boolean");
  await refused(() => users.createApiKey(USER, true as never), "must be an object");
});

test("a query parameter that the operation does not have is refused: a misspelt `force` would revoke nothing", async () => {
  const { users } = polytomic.organization(ORGANIZATION);
  for (const query of [{ forse: true }, { "force=true&x": 1 }, { signal: undefined }]) {
    await refused(() => users.createApiKey(USER, query as never), "has no query parameter");
  }
});

test("options are read once and checked, accessors of a class and of a proxy as well", async () => {
  class Options {
    get version(): string {
      return "a\nb";
    }
  }
  await refused(() => polytomic.users.list(new Options()), "`version` must be a date");
  const hidden = new Proxy({}, { get: (_target, name) => (name === "timeout" ? "abc" : undefined) });
  await refused(() => polytomic.users.list(hidden), "`timeout` must be milliseconds");
  let reads = 0;
  const options = {
    get maxRetries() {
      return reads++ === 0 ? 0 : -1;
    },
  };
  expect((await polytomic.users.list(options).result()).ok).toBe(true);
});

test("a key in the place of a name is not shown", async () => {
  const key = "sk-secret-secret-secret-secret";
  const { users } = polytomic.organization(ORGANIZATION);
  const untyped = polytomic as unknown as { request(method: string, path: string): PromiseLike<unknown> };
  for (const start of [
    () => polytomic.users.list({ [key]: 1 } as never),
    () => users.createApiKey(USER, { [key]: true } as never),
    () => untyped.request("get", key),
    () => untyped.request(key, "/api/organization/users"),
  ]) {
    const { error } = await (start() as ReturnType<typeof polytomic.users.list>).result();
    expect(error?.message).not.toContain("secret");
  }
});

test("a signal that cannot be listened to is refused", async () => {
  await refused(() => polytomic.users.list({ signal: { throwIfAborted() {} } } as never), "must be an AbortSignal");
});
