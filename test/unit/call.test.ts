import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Polytomic, PolytomicError } from "../../src/index.ts";

const answering = (respond: () => Response | Promise<Response>): Polytomic =>
  new Polytomic({ apiKey: "a-key", fetch: async () => respond() });
const good = answering(() => Response.json({ data: [] }));
const bad = answering(() => Response.json({}, { status: 404 }));

describe("a call", () => {
  test("starts at once, awaited or not", async () => {
    const fetch = vi.fn(async () => Response.json({ data: [] }));
    void new Polytomic({ apiKey: "a-key", fetch }).users.list();
    await vi.waitFor(() => expect(fetch).toHaveBeenCalledOnce());
  });

  test("is sent once, however often it is read", async () => {
    const fetch = vi.fn(async () => Response.json({ data: [] }));
    const listing = new Polytomic({ apiKey: "a-key", fetch }).users.list();
    await Promise.all([listing, listing, listing.withResponse(), listing.result()]);
    expect(fetch).toHaveBeenCalledOnce();
  });

  test("has then, catch and finally of a promise", async () => {
    expect(await good.users.list().then((users) => users.length)).toBe(0);
    expect(await bad.users.list().catch((error: unknown) => (error as Error).name)).toBe("NotFoundError");
    const after = vi.fn();
    await good.users.list().finally(after);
    await expect(bad.users.list().finally(after)).rejects.toBeInstanceOf(PolytomicError);
    expect(after).toHaveBeenCalledTimes(2);
  });
});

describe("an unhandled failure", () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): number => unhandled.push(reason);
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  let others: NodeJS.UnhandledRejectionListener[];

  beforeEach(() => {
    unhandled.length = 0;
    others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", note);
  });
  afterEach(() => {
    process.removeAllListeners("unhandledRejection");
    for (const other of others) process.on("unhandledRejection", other);
  });

  test("is reported", async () => {
    void bad.users.list();
    await turn();
    await turn();
    expect(unhandled).toMatchObject([{ name: "NotFoundError" }]);
  });

  test("is none when the call is read through result() or withResponse()", async () => {
    await bad.users.list().result();
    await bad.users.list().withResponse().catch(() => {}); // prettier-ignore
    await turn();
    expect(unhandled).toEqual([]);
  });
});

describe("abort", () => {
  /** A fetch that never answers and does not listen to its signal. */
  const deaf = new Polytomic({ apiKey: "a-key", fetch: () => new Promise(() => {}) });

  test("before the call sends nothing and rejects with the reason", async () => {
    const fetch = vi.fn(async () => Response.json({ data: [] }));
    const reason = new Error("changed my mind");
    const polytomic = new Polytomic({ apiKey: "a-key", fetch });
    await expect(polytomic.users.list({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(fetch).not.toHaveBeenCalled();
  });

  test("during the call rejects with the reason, even when fetch does not listen", async () => {
    for (const reason of [new Error("changed my mind"), "text", undefined]) {
      const controller = new AbortController();
      const listing = deaf.users.list({ signal: controller.signal });
      controller.abort(reason);
      await expect(listing).rejects.toBe(controller.signal.reason);
    }
  });

  test("while the key is being fetched rejects too", async () => {
    const controller = new AbortController();
    const polytomic = new Polytomic({ apiKey: () => new Promise(() => {}) });
    const listing = polytomic.users.list({ signal: controller.signal });
    controller.abort();
    await expect(listing).rejects.toBe(controller.signal.reason);
  });

  test("by an observer of the request sends nothing", async () => {
    const fetch = vi.fn(async () => Response.json({ data: [] }));
    const controller = new AbortController();
    const reason = new Error("changed my mind");
    const polytomic = new Polytomic({ apiKey: "a-key", fetch, onEvent: () => controller.abort(reason) });
    await expect(polytomic.users.list({ signal: controller.signal })).rejects.toBe(reason);
    expect(fetch).not.toHaveBeenCalled();
  });

  test("reaches the signal that fetch was given", async () => {
    const fetch = vi.fn((_url: string, _init: RequestInit): Promise<Response> => new Promise(() => {}));
    const controller = new AbortController();
    const listing = new Polytomic({ apiKey: "a-key", fetch }).users.list({ signal: controller.signal });
    await vi.waitFor(() => expect(fetch).toHaveBeenCalledOnce());
    controller.abort();
    await expect(listing).rejects.toBe(controller.signal.reason);
    expect(fetch.mock.calls[0]![1].signal?.aborted).toBe(true);
  });

  test("makes result() reject with the reason, even when that is an error of ours", async () => {
    const reason = (await bad.users.list().result()).error;
    const controller = new AbortController();
    const result = deaf.users.list({ signal: controller.signal }).result();
    controller.abort(reason);
    await expect(result).rejects.toBe(reason);
  });

  test("leaves no listener on a signal that lives long", async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await Promise.all(Array.from({ length: 100 }, () => good.users.list({ signal })));
    await Promise.all(Array.from({ length: 100 }, () => bad.users.list({ signal }).result()));
    expect(added).toHaveBeenCalledTimes(200);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
  });
});
