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
