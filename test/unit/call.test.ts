import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Polytomic, PolytomicError } from "../../src/index.ts";

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
    await successful.users.list().finally(onFinally);
    await expect(failing.users.list().finally(onFinally)).rejects.toBeInstanceOf(PolytomicError);
    expect(onFinally).toHaveBeenCalledTimes(2);
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

  test("result() of an aborted call rejects with the reason, even if the reason is a PolytomicError", async () => {
    const reason = (await failing.users.list().result()).error;
    const controller = new AbortController();
    const result = hanging.users.list({ signal: controller.signal }).result();
    controller.abort(reason);
    await expect(result).rejects.toBe(reason);
  });

  test("calls leave no listener on a long-lived signal", async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await Promise.all(Array.from({ length: 100 }, () => successful.users.list({ signal })));
    await Promise.all(Array.from({ length: 100 }, () => failing.users.list({ signal }).result()));
    expect(added).toHaveBeenCalledTimes(200);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
  });
});
