import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ConfigurationError, Polytomic, PolytomicError, type CallEvent } from "../../src/index.ts";
import { callOperation } from "../facts.ts";

const clientOf = (fetch: () => Promise<Response>): Polytomic => new Polytomic({ apiKey: "a-key", fetch });
const successful = clientOf(async () => Response.json({ data: [] }));
const failing = clientOf(async () => Response.json({}, { status: 404 }));

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("ApiCall", () => {
  test("a call starts at once, whether or not it is awaited", async () => {
    const fetch = vi.fn(async () => Response.json({ data: [] }));
    void clientOf(fetch).users.list();
    await nextTurn();
    expect(fetch).toHaveBeenCalledOnce();
  });

  test("a call is sent once, however many times it is awaited", async () => {
    const fetch = vi.fn(async () => Response.json({ data: [] }));
    const call = clientOf(fetch).users.list();
    await Promise.all([call, call, call.withResponse(), call.result()]);
    expect(fetch).toHaveBeenCalledOnce();
  });

  test("a call has the then, catch and finally of a promise", async () => {
    expect(await successful.users.list().then((users) => users.length)).toBe(0);
    expect(await failing.users.list().catch((error: unknown) => (error as Error).name)).toBe("NotFoundError");
    const onFinally = vi.fn();
    expect(await successful.users.list().finally(onFinally)).toEqual([]);
    await expect(failing.users.list().finally(onFinally)).rejects.toBeInstanceOf(PolytomicError);
    expect(onFinally).toHaveBeenCalledTimes(2);
    expect(Object.prototype.toString.call(successful.users.list())).toBe("[object ApiCall]");
  });
});

describe("unhandled rejections", () => {
  const unhandled: unknown[] = [];
  const record = (reason: unknown): number => unhandled.push(reason);
  let others: NodeJS.UnhandledRejectionListener[];

  beforeEach(() => {
    unhandled.length = 0;
    others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", record);
  });
  afterEach(() => {
    process.removeAllListeners("unhandledRejection");
    for (const other of others) process.on("unhandledRejection", other);
  });

  test("a failed call that nobody handles is an unhandled rejection", async () => {
    void failing.users.list();
    await nextTurn();
    await nextTurn();
    expect(unhandled).toMatchObject([{ name: "NotFoundError" }]);
  });

  test("a failed call that is read with result() or withResponse() is not an unhandled rejection", async () => {
    await failing.users.list().result();
    await failing.users
      .list()
      .withResponse()
      .catch(() => {});
    await nextTurn();
    expect(unhandled).toEqual([]);
  });
});

describe("abort", () => {
  /** Its fetch never settles and ignores its signal. */
  const hanging = clientOf(() => new Promise(() => {}));

  test("an abort with an error of this package as reason rejects with this reason, which is not changed", async () => {
    for (const reason of [new ConfigurationError("stop"), Object.freeze(new ConfigurationError("stop"))]) {
      await expect(hanging.users.list({ signal: AbortSignal.abort(reason) }).result()).rejects.toBe(reason);
      expect(reason.operation).toBeUndefined();
    }
  });

  test("a call whose signal is already aborted sends nothing and rejects with the reason", async () => {
    const fetch = vi.fn(async () => Response.json({ data: [] }));
    const reason = new Error("changed my mind");
    await expect(clientOf(fetch).users.list({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(fetch).not.toHaveBeenCalled();
  });

  test("an aborted call rejects with the reason, even if fetch ignores its signal", async () => {
    for (const reason of [new Error("changed my mind"), "text", undefined]) {
      const controller = new AbortController();
      const call = hanging.users.list({ signal: controller.signal });
      controller.abort(reason);
      await expect(call).rejects.toBe(controller.signal.reason);
    }
  });

  test("an abort while the key function is pending rejects with the reason", async () => {
    const controller = new AbortController();
    const polytomic = new Polytomic({ apiKey: () => new Promise(() => {}) });
    const call = polytomic.users.list({ signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toBe(controller.signal.reason);
  });

  test("an abort by the observer of the request event sends nothing", async () => {
    const fetch = vi.fn(async () => Response.json({ data: [] }));
    const controller = new AbortController();
    const reason = new Error("changed my mind");
    const polytomic = new Polytomic({ apiKey: "a-key", fetch, onEvent: () => controller.abort(reason) });
    await expect(polytomic.users.list({ signal: controller.signal })).rejects.toBe(reason);
    expect(fetch).not.toHaveBeenCalled();
  });

  test("an abort reaches the signal that fetch received", async () => {
    const fetch = vi.fn((_url: string, _init: RequestInit): Promise<Response> => new Promise(() => {}));
    const controller = new AbortController();
    const call = new Polytomic({ apiKey: "a-key", fetch }).users.list({ signal: controller.signal });
    await nextTurn();
    expect(fetch).toHaveBeenCalledOnce();
    controller.abort();
    await expect(call).rejects.toBe(controller.signal.reason);
    expect(fetch.mock.calls[0]![1].signal?.aborted).toBe(true);
  });

  test("an aborted call rejects with the reason, even if the reason is a PolytomicError", async () => {
    const { error: reason } = await failing.users.list().result();
    const path = "/api/organization/users";
    for (const start of [
      (signal: AbortSignal) => hanging.users.list({ signal }),
      (signal: AbortSignal) => hanging.request("get", path, { signal }),
    ]) {
      const controller = new AbortController();
      const call = start(controller.signal);
      const result = call.result();
      controller.abort(reason);
      await expect(result).rejects.toBe(reason);
      await expect(call).rejects.toBe(reason);
    }
  });

  test("result() of a call that failed before the abort returns the error", async () => {
    const controller = new AbortController();
    const call = failing.users.list({ signal: controller.signal });
    await call.catch(() => {});
    controller.abort();
    expect((await call.result()).error?.name).toBe("NotFoundError");
  });

  test("an abort is reported as AbortError, whatever its reason", async () => {
    const controller = new AbortController();
    const errors: unknown[] = [];
    const onEvent = (event: CallEvent): unknown => event.type === "failure" && errors.push(event.error);
    const polytomic = new Polytomic({ apiKey: "a-key", fetch: () => new Promise(() => {}), onEvent });
    const call = polytomic.users.list({ signal: controller.signal });
    await nextTurn();
    controller.abort(new RangeError("enough"));
    await expect(call).rejects.toThrow("enough");
    expect(errors).toEqual(["AbortError"]);
  });

  test("calls leave no listener on a long-lived signal", async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await Promise.all(Array.from({ length: 100 }, () => successful.users.list({ signal })));
    await Promise.all(Array.from({ length: 100 }, () => failing.users.list({ signal }).result()));
    expect(added).toHaveBeenCalledTimes(2); // one for all calls at a time, because Node 20 warns of more than ten
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
  });
});

test("an abort ends all calls that share a signal, and not those that have ended", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const hanging = clientOf(() => new Promise(() => {}));
  const calls = Array.from({ length: 3 }, () => hanging.users.list({ signal }).result());
  expect(await successful.users.list({ signal })).toEqual([]);
  const reason = new Error("changed my mind");
  controller.abort(reason);
  expect(await Promise.allSettled(calls)).toEqual(calls.map(() => ({ status: "rejected", reason })));
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

describe("result() of a call with hostile arguments or responses", () => {
  const hostile = new Error("hostile");
  const throwing = (): never => {
    throw hostile;
  };
  const trap = (name: string): object => Object.defineProperty({}, name, { get: throwing, enumerable: true });
  const proxy = new Proxy({}, { ownKeys: throwing, get: throwing, has: throwing });
  const id = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";
  const { users } = successful;
  const { users: partnerUsers } = successful.organization(id);

  test.each<[string, () => { result(): Promise<unknown> }]>([
    ["the option `timeout`", () => users.list(trap("timeout"))],
    ["the option `signal`", () => users.list(trap("signal"))],
    ["a header", () => users.list({ headers: trap("x-a") as Record<string, string> })],
    ["all options", () => users.list(proxy)],
    ["a field of the body", () => users.create(trap("email") as { email: string })],
    ["all fields of the body", () => users.create(proxy as { email: string })],
    ["a query parameter", () => partnerUsers.createApiKey(id, trap("force"))],
    ["the options of request()", () => successful.request("get", "/api/organization/users", trap("timeout"))],
    ["the params of request()", () => successful.request("get", "/api/organization/users", trap("params"))],
  ])("a getter of %s that throws causes an InvalidArgumentError with a copy of the cause", async (_what, start) => {
    const result = (await start().result()) as { error: Error };
    expect(result).toMatchObject({ ok: false, error: { name: "InvalidArgumentError", cause: { message: "hostile" } } });
    expect(result.error.cause).not.toBe(hostile);
  });

  test("an option of the client that cannot be read is a ConfigurationError with a copy of the cause", () => {
    for (const options of [trap("timeout"), proxy, { apiKey: "a-key", headers: trap("x-a") }]) {
      const construct = (): unknown => new Polytomic(options);
      expect(construct).toThrow(
        expect.objectContaining({ name: "ConfigurationError", cause: expect.objectContaining({ message: "hostile" }) }),
      );
    }
  });

  test.each(["a", "ab1", "x-kept"])("the short key %j can occur in the name of a response header", async (apiKey) => {
    const headers = { [`x-${apiKey}`]: `Bearer ${apiKey}`, "x-kept": "yes" };
    for (const status of [200, 302, 403]) {
      const fetch = async (): Promise<Response> => new Response("", { status, headers });
      const { error } = await new Polytomic({ apiKey, fetch }).users.list().result();
      expect(error).toMatchObject({ status });
      expect((error as { headers: Headers }).headers.get("x-kept")).toBe("yes");
    }
  });
});

test("a POST has a random UUID as its idempotency key where crypto.randomUUID is missing", async () => {
  const { crypto } = globalThis;
  vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes) });
  try {
    const keys: string[] = [];
    const fetch = async (_url: string, init: { headers: Record<string, string> }): Promise<Response> => {
      keys.push(init.headers["idempotency-key"]!);
      return Response.json({ data: {} });
    };
    const polytomic = new Polytomic({ apiKey: "a-key", fetch });
    for (let calls = 0; calls < 2; calls++) await callOperation("createCurrentOrgUser", polytomic);
    expect(new Set(keys).size).toBe(2);
    for (const key of keys) expect(key).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
  } finally {
    vi.unstubAllGlobals();
  }
});
