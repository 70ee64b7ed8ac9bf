import { describe, expect, test, vi } from "vitest";
import { Polytomic, type CallEvent } from "../../src/index.ts";

const call = { operation: "listCurrentOrgUsers", method: "GET", path: "/api/organization/users", attempt: 1 };
const duration = expect.any(Number) as number;

function observed(respond: () => Response | Promise<Response>): { polytomic: Polytomic; events: CallEvent[] } {
  const events: CallEvent[] = [];
  const onEvent = (event: CallEvent): number => events.push(event);
  return {
    events,
    polytomic: new Polytomic({ apiKey: "a-key", fetch: async () => respond(), onEvent, maxRetries: 0 }),
  };
}

describe("onEvent is told", () => {
  test("of a request and its response", async () => {
    const { polytomic, events } = observed(() => Response.json({ data: [] }, { headers: { "x-request-id": "r-1" } }));
    await polytomic.users.list();
    expect(events).toEqual([
      { type: "request", ...call },
      { type: "response", ...call, status: 200, duration, requestId: "r-1" },
    ]);
  });

  test("of an error answer as a response, not as a failure", async () => {
    const { polytomic, events } = observed(() => new Response("", { status: 404 }));
    await polytomic.users.list().result();
    expect(events.map(({ type }) => type)).toEqual(["request", "response"]);
  });

  test("of an attempt without a usable answer as a failure", async () => {
    const lost = observed(() => Promise.reject(new TypeError("fetch failed")));
    await lost.polytomic.users.list().result();
    expect(lost.events[1]).toEqual({ type: "failure", ...call, error: "ConnectionError", status: undefined, duration });
    const html = observed(() => new Response("<h1>", { status: 200 }));
    await html.polytomic.users.list().result();
    expect(html.events.map(({ type }) => type)).toEqual(["request", "response", "failure"]);
    expect(html.events[2]).toMatchObject({ error: "UnexpectedResponseError", status: 200 });
  });

  test("of an abort as a failure", async () => {
    const { polytomic, events } = observed(() => new Promise(() => {}));
    const controller = new AbortController();
    const listing = polytomic.users.list({ signal: controller.signal });
    await vi.waitFor(() => expect(events).toHaveLength(1));
    controller.abort();
    await expect(listing).rejects.toBe(controller.signal.reason);
    expect(events[1]).toMatchObject({ type: "failure", error: "AbortError" });
  });

  test("of nothing when nothing was sent", async () => {
    const { polytomic, events } = observed(() => Response.json({ data: [] }));
    await polytomic.users.get("..").result();
    expect(events).toEqual([]);
  });
});

describe("onEvent is told of a retry", () => {
  test("with its delay and why, after the attempt that failed and before the next one", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const answers = [new Response("", { status: 503 }), Response.error(), Response.json({ data: [] })];
    const events: CallEvent[] = [];
    const fetch = async (): Promise<Response> => {
      const answer = answers.shift()!;
      if (answer.type === "error") throw new TypeError("fetch failed");
      return answer;
    };
    await new Polytomic({ apiKey: "a-key", fetch, onEvent: (event) => events.push(event) }).users.list();
    expect(events).toEqual([
      { type: "request", ...call },
      { type: "response", ...call, status: 503, duration, requestId: undefined },
      { type: "retry", ...call, delay: 0, error: "ServerError", status: 503 },
      { type: "request", ...call, attempt: 2 },
      { type: "failure", ...call, attempt: 2, error: "ConnectionError", status: undefined, duration },
      { type: "retry", ...call, attempt: 2, delay: 0, error: "ConnectionError", status: undefined },
      { type: "request", ...call, attempt: 3 },
      { type: "response", ...call, attempt: 3, status: 200, duration, requestId: undefined },
    ]);
    vi.restoreAllMocks();
  });
});

describe("onEvent is told of a deprecation", () => {
  test.each([
    [{ deprecation: "@1688169599" }, "2023-06-30T23:59:59.000Z", undefined],
    [{ deprecation: "true" }, undefined, undefined],
    [{ sunset: "Sat, 31 Dec 2033 23:59:59 GMT" }, undefined, "2033-12-31T23:59:59.000Z"],
    [{ deprecation: "Sun, 01 Jan 2023 00:00:00 GMT", sunset: "soon" }, "2023-01-01T00:00:00.000Z", undefined],
  ])("%j", async (headers, since, sunset) => {
    const { polytomic, events } = observed(() => Response.json({ data: [] }, { headers }));
    expect(await polytomic.users.list()).toEqual([]);
    expect(events.at(-1)).toEqual({ type: "deprecation", ...call, since, sunset });
  });
});

describe("an answer of another API version", () => {
  test("raises an event each time and one console warning per client, and is not lost", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { polytomic, events } = observed(() =>
      Response.json({ data: [] }, { headers: { "x-polytomic-version": "2024-02-08" } }),
    );
    expect(await polytomic.users.list()).toEqual([]);
    expect(await polytomic.users.list()).toEqual([]);
    const mismatch = { type: "version-mismatch", ...call, requested: "2025-09-18", answered: "2024-02-08" };
    expect(events.filter(({ type }) => type === "version-mismatch")).toEqual([mismatch, mismatch]);
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]![0]).toMatch(/asked for API version 2025-09-18, 2024-02-08 answered/);
    warn.mockRestore();
  });

  test("is none when the answer names the version that was asked for, or no version", async () => {
    const warn = vi.spyOn(console, "warn");
    for (const headers of [{}, { "x-polytomic-version": "2025-09-18" }]) {
      await observed(() => Response.json({ data: [] }, { headers })).polytomic.users.list();
    }
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});

test("an observer that throws, or returns a promise that rejects, changes nothing", async () => {
  const fetch = async (): Promise<Response> => Response.json({ data: [] });
  const throwing = (): never => {
    throw new Error("observer");
  };
  for (const onEvent of [throwing, () => Promise.reject(new Error("observer"))]) {
    expect(await new Polytomic({ apiKey: "a-key", fetch, onEvent }).users.list()).toEqual([]);
  }
});
