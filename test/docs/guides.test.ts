import { readFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { DELAYS, isRetried } from "../../src/http/retry.ts";
import { Polytomic, type CallEvent } from "../../src/index.ts";
import { run, serve } from "../cli/command.ts";
import { quoted, ROOT, statusesOf, tableOf } from "./tables.ts";

test("the client retries what the table in docs/guides/retries.md lists", async () => {
  const listed = { get: new Set<unknown>(), post: new Set<unknown>() };
  for (const [what = "", idempotent = "", post = ""] of await tableOf("docs/guides/retries.md", /^\| what happened/)) {
    const outcomes = what.startsWith("no response") ? ["no response"] : statusesOf(what);
    expect(["retried", "not retried"]).toContain(idempotent);
    expect(["retried with the same idempotency key", "not retried"]).toContain(post);
    if (idempotent === "retried") for (const outcome of outcomes) listed.get.add(outcome);
    if (post !== "not retried") for (const outcome of outcomes) listed.post.add(outcome);
  }
  for (const method of ["get", "post"] as const) expect(listed[method]).toEqual(retriedOutcomes(method));
});

/** The outcomes after which the client retries, if a request with the same idempotency key can be running. */
function retriedOutcomes(method: "get" | "post"): Set<unknown> {
  const outcomes = ["no response", ...Array.from({ length: 500 }, (_, index) => 100 + index)] as const;
  return new Set(outcomes.filter((outcome) => isRetried(outcome, { method, canBeRunning: true })));
}

test("the client waits as long as the table in docs/guides/retries.md says", async () => {
  const rows = await tableOf("docs/guides/retries.md", /^\| wait/);
  expect(rows.map(([, seconds]) => Number(seconds) * 1_000)).toEqual([
    DELAYS.first,
    DELAYS.longest,
    DELAYS.longestRetryAfter,
  ]);
});

test("a rate limit without Retry-After fails no call if it is as short as docs/guides/retries.md says", async () => {
  const rows = (await tableOf("docs/guides/retries.md", /^\| calls that wait/)).map((row) => row.map(Number));
  expect(rows).toHaveLength(5);
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1); // the pauses are the shortest
  for (const [calls = 0, seconds = 0, maxRetries = 2] of [...rows, [1, 60, 12]]) {
    const end = Date.now() + seconds * 1_000;
    const fetch = async (): Promise<Response> =>
      Date.now() < end ? new Response("", { status: 429 }) : Response.json({ data: [] });
    const { users } = new Polytomic({ apiKey: "a-key", fetch, maxRetries });
    const results = Promise.all(Array.from({ length: calls }, () => users.list().result()));
    await vi.runAllTimersAsync();
    expect((await results).filter(({ ok }) => !ok)).toEqual([]);
  }
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("each event has the fields that docs/guides/observability.md lists, and no others", async () => {
  const common = ["operation", "ids", "call", "attempt"];
  const rows = await tableOf("docs/guides/observability.md", /^\| `event.type`/);
  const listed = rows.map(([type, , fields]) => [quoted(type)[0], [...common, ...quoted(fields)].toSorted()]);
  const seen: CallEvent[] = [];
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  const headers = { "x-polytomic-version": "2024-02-08" };
  const fetch = vi
    .fn<() => Promise<Response>>()
    .mockRejectedValueOnce(new TypeError("fetch failed"))
    .mockResolvedValueOnce(Response.json({ data: [] }, { headers }));
  await new Polytomic({ apiKey: "a-key", fetch, onEvent: (event) => seen.push(event) }).users.list();
  warn.mockRestore();
  const emitted = seen.map(({ type, ...fields }) => [type, Object.keys(fields).toSorted()]);
  expect(Object.fromEntries(emitted)).toEqual(Object.fromEntries(listed));
});

test("the table in docs/guides/syncing-users.md lists every kind of objection, in the order of the types", async () => {
  const rows = await tableOf("docs/guides/syncing-users.md", /^\| objection/);
  const [, kinds = ""] = /interface Objection \{.*?kind:(.*?);/s.exec(
    await readFile(`${ROOT}/src/sync/types.ts`, "utf8"),
  )!;
  expect(rows.map(([kind]) => quoted(kind)[0])).toEqual([...kinds.matchAll(/"([^"]+)"/g)].map(([, kind]) => kind));
});

test("the list in docs/guides/syncing-users.md has the plan that the guide shows", async () => {
  const page = await readFile(`${ROOT}/docs/guides/syncing-users.md`, "utf8");
  const [list = "", plan = ""] = Array.from(page.matchAll(/^```text\n(.*?)^```/gms), ([, block = ""]) => block);
  const { env } = await serve();
  const args = ["sync", "-", "--organization", "Acme Corp"];
  expect(await run(args, { env: env.partnerKey, stdin: list })).toMatchObject({ status: 0, stdout: plan });
});
