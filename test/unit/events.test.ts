import { afterEach, describe, expect, test, vi } from "vitest";
import { Polytomic, type CallEvent } from "../../src/index.ts";
import { FACTS, ORGANIZATION, USER } from "../facts.ts";

const { method, template } = FACTS.listCurrentOrgUsers;
const context = {
  call: expect.any(Number) as number,
  operation: { id: "listCurrentOrgUsers", method, path: template },
  ids: {},
  attempt: 1,
};
const duration = expect.any(Number) as number;

afterEach(() => void vi.restoreAllMocks());

/** Creates a client without retries, and the list of its events. */
function observe(respond: () => Response | Promise<Response>): { polytomic: Polytomic; events: CallEvent[] } {
  const events: CallEvent[] = [];
  const onEvent = (event: CallEvent): number => events.push(event);
  return {
    events,
    polytomic: new Polytomic({ apiKey: "a-key", fetch: async () => respond(), onEvent, maxRetries: 0 }),
  };
}

describe("request, response and failure", () => {
  test("a successful call emits a request and a response event", async () => {
    const { polytomic, events } = observe(() => Response.json({ data: [] }, { headers: { "x-request-id": "r-1" } }));
    await polytomic.users.list();
    expect(events).toEqual([
      { type: "request", ...context },
      { type: "response", ...context, status: 200, duration, requestId: "r-1" },
    ]);
  });

  test("all events of a call have its number, which no other call has, and its ids", async () => {
    const { polytomic, events } = observe(() => new Response("", { status: 404 }));
    await Promise.all([USER, ORGANIZATION].map((id) => polytomic.users.get(id).result()));
    const numbers = [USER, ORGANIZATION].map((id) =>
      events.filter(({ ids }) => ids["id"] === id).map((event) => event.call),
    );
    const [first = NaN] = numbers[0]!;
    expect(first).toBeGreaterThan(0);
    expect(numbers).toEqual([
      [first, first],
      [first + 1, first + 1],
    ]);
  });

  test("an observer that changes an event changes nothing else", async () => {
    const urls: string[] = [];
    const fetch = async (url: string): Promise<Response> => {
      urls.push(url);
      return new Response("", { status: 503, headers: { "retry-after": "0" } });
    };
    const onEvent = ({ operation, ids }: CallEvent): unknown =>
      Object.assign(operation, { id: "changed" }) && Object.assign(ids, { id: "changed" });
    const polytomic = new Polytomic({ apiKey: "a-key", fetch, onEvent, maxRetries: 1 });
    const { error } = await polytomic.users.get(USER).result();
    expect(error).toMatchObject({ operation: { id: "getCurrentOrgUser" }, ids: { id: USER } });
    expect(urls).toHaveLength(2);
    for (const url of urls) expect(url).toContain(USER);
  });

  test("an error status emits a response event and no failure event", async () => {
    const { polytomic, events } = observe(() => new Response("", { status: 404 }));
    await polytomic.users.list().result();
    expect(events.map(({ type }) => type)).toEqual(["request", "response"]);
  });

  test("an attempt without a response emits a failure event", async () => {
    const { polytomic, events } = observe(() => Promise.reject(new TypeError("fetch failed")));
    await polytomic.users.list().result();
    expect(events[1]).toEqual({ type: "failure", ...context, error: "ConnectionError", status: undefined, duration });
  });

  test("a response that does not match the spec emits a response and a failure event", async () => {
    const { polytomic, events } = observe(() => new Response("<h1>", { status: 200 }));
    await polytomic.users.list().result();
    expect(events.map(({ type }) => type)).toEqual(["request", "response", "failure"]);
    expect(events[2]).toMatchObject({ error: "UnexpectedResponseError", status: 200 });
  });

  test("a failure event does not contain the key, even if the name of what fetch threw does", async () => {
    const thrown = Object.assign(new Error("refused"), { name: "Refused Bearer a-secret-key" });
    const events: CallEvent[] = [];
    const fetch = (): Promise<Response> => Promise.reject(thrown);
    const onEvent = (event: CallEvent): number => events.push(event);
    await expect(new Polytomic({ apiKey: "a-secret-key", fetch, onEvent }).users.list()).rejects.toBe(thrown);
    expect(events[1]).toMatchObject({ type: "failure", error: "Refused [key]" });
  });

  test("an abort emits a failure event", async () => {
    const { polytomic, events } = observe(() => new Promise(() => {}));
    const controller = new AbortController();
    const call = polytomic.users.list({ signal: controller.signal });
    await new Promise((resolve) => setImmediate(resolve));
    expect(events).toMatchObject([{ type: "request" }]);
    controller.abort();
    await expect(call).rejects.toBe(controller.signal.reason);
    expect(events[1]).toMatchObject({ type: "failure", error: "AbortError" });
  });

  test.each(["timeout", "abort"])("a body that arrives after the %s emits no response event", async (ending) => {
    const controller = new AbortController();
    let finish = (_text: string): void => {};
    const text = (): Promise<string> => new Promise((resolve) => (finish = resolve));
    const late = { ok: true, status: 200, headers: new Headers(), body: null, text } as Response;
    const { polytomic, events } = observe(() => late);
    const call = polytomic.users.list({ signal: controller.signal, timeout: ending === "timeout" ? 5 : 0 });
    const ended = expect(call).rejects.toThrow();
    await new Promise((resolve) => setImmediate(resolve));
    if (ending === "abort") controller.abort();
    await ended;
    finish('{"data":[]}');
    await new Promise((resolve) => setImmediate(resolve));
    expect(events.map(({ type }) => type)).toEqual(["request", "failure"]);
  });

  test.each([
    ["response", () => Response.json({ data: [] })],
    ["failure", () => Promise.reject(new TypeError("fetch failed"))],
  ] as const)("the duration in a %s event is the time since the request", async (type, respond) => {
    let now = 5000;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const { polytomic, events } = observe(() => {
      now += 250;
      return respond();
    });
    await polytomic.users.list().result();
    expect(events.find((event) => event.type === type)).toMatchObject({ duration: 250 });
  });

  test("a call that sends nothing emits no event", async () => {
    const { polytomic, events } = observe(() => Response.json({ data: [] }));
    await polytomic.users.get("..").result();
    expect(events).toEqual([]);
  });
});

test("a retry event comes between two attempts, with the delay and the error", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const responses = [new Response("", { status: 503 }), Response.error(), Response.json({ data: [] })];
  const events: CallEvent[] = [];
  const fetch = async (): Promise<Response> => {
    const response = responses.shift()!;
    if (response.type === "error") throw new TypeError("fetch failed");
    return response;
  };
  await new Polytomic({ apiKey: "a-key", fetch, onEvent: (event) => events.push(event) }).users.list();
  expect(events).toEqual([
    { type: "request", ...context },
    { type: "response", ...context, status: 503, duration, requestId: undefined },
    { type: "retry", ...context, delay: 0, error: "ServerError", status: 503 },
    { type: "request", ...context, attempt: 2 },
    { type: "failure", ...context, attempt: 2, error: "ConnectionError", status: undefined, duration },
    { type: "retry", ...context, attempt: 2, delay: 0, error: "ConnectionError", status: undefined },
    { type: "request", ...context, attempt: 3 },
    { type: "response", ...context, attempt: 3, status: 200, duration, requestId: undefined },
  ]);
});

describe("version mismatch", () => {
  test("a response of another API version emits an event each time and one warning per client", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { polytomic, events } = observe(() =>
      Response.json({ data: [] }, { headers: { "x-polytomic-version": "2024-02-08" } }),
    );
    expect(await polytomic.users.list()).toEqual([]);
    expect(await polytomic.users.list()).toEqual([]);
    const mismatch = { type: "version-mismatch", ...context, requested: "2025-09-18", receivedVersion: "2024-02-08" };
    expect(events.filter(({ type }) => type === "version-mismatch")).toEqual([mismatch, mismatch]);
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]![0]).toMatch(/2025-09-18.*2024-02-08/);
  });

  test("a console.warn that throws does not break the call", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {
      throw new Error("the console is closed");
    });
    const headers = { "x-polytomic-version": "2024-02-08" };
    const { polytomic } = observe(() => Response.json({ data: [] }, { headers }));
    expect(await polytomic.users.list().result()).toMatchObject({ ok: true, data: [] });
  });

  test("a response of the requested version, even a repeated one, or of no stated version, causes no warning", async () => {
    const warn = vi.spyOn(console, "warn");
    for (const version of [
      undefined,
      "2025-09-18",
      "2025-09-18, 2025-09-18",
      "2025-09-18,2025-09-18",
      "2025-09-18, ",
    ]) {
      const headers: Record<string, string> = version === undefined ? {} : { "x-polytomic-version": version };
      const { polytomic, events } = observe(() => Response.json({ data: [] }, { headers }));
      const { apiVersion } = await polytomic.users.list().withResponse();
      expect(apiVersion).toBe(version && "2025-09-18");
      expect(events.map(({ type }) => type)).toEqual(["request", "response"]);
    }
    expect(warn).not.toHaveBeenCalled();
  });

  test("a response with two versions is a mismatch", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const headers = { "x-polytomic-version": "2025-09-18, 2024-02-08" };
    const { polytomic, events } = observe(() => Response.json({ data: [] }, { headers }));
    await polytomic.users.list();
    expect(events.at(-1)).toMatchObject({ type: "version-mismatch", receivedVersion: "2025-09-18, 2024-02-08" });
  });
});

test("an observer that returns a failing call causes neither an unhandled rejection nor a failure", async () => {
  const unhandled = vi.fn();
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", unhandled);
  try {
    const fetch = async (): Promise<Response> => Response.json({ data: [] });
    const other = new Polytomic({ apiKey: "a-key", fetch: async () => new Response("", { status: 404 }) });
    const onEvent = vi.fn(() => other.users.list());
    expect(await new Polytomic({ apiKey: "a-key", fetch, onEvent }).users.list()).toEqual([]);
    for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
    expect(onEvent).toHaveBeenCalledTimes(2);
    expect(unhandled).not.toHaveBeenCalled();
  } finally {
    process.removeAllListeners("unhandledRejection");
    for (const other of others) process.on("unhandledRejection", other);
  }
});

test("an observer that throws, or returns a promise that rejects, does not break the call", async () => {
  const fetch = async (): Promise<Response> => Response.json({ data: [] });
  const throwing = (): never => {
    throw new Error("observer");
  };
  for (const onEvent of [throwing, () => Promise.reject(new Error("observer"))]) {
    expect(await new Polytomic({ apiKey: "a-key", fetch, onEvent }).users.list()).toEqual([]);
  }
});
