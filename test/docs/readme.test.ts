import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../src/config.ts";
import { LARGEST_BODY } from "../../src/http/attempt.ts";
import { decideRetry, isRetried } from "../../src/http/retry.ts";
import { ApiError } from "../../src/index.ts";
import { quoted, ROOT, statusesOf, tableOf } from "./tables.ts";

const readme = await readFile(`${ROOT}/README.md`, "utf8");

test("the default limits in docs/guides/retries.md are those of the client", async () => {
  const rows = (await tableOf("docs/guides/retries.md", /^\| option .*\| default/)).map(([name, value = ""]) => [
    quoted(name)[0],
    (value.match(/\d[\d ]*/g) ?? []).map((each) => Number(each.replaceAll(" ", ""))),
  ]);
  const { timeout, totalTimeout, maxRetries } = DEFAULT_LIMITS;
  expect(Object.fromEntries(rows)).toEqual({
    timeout: [timeout],
    totalTimeout: [totalTimeout],
    maxRetries: [maxRetries],
    maxResponseBytes: [LARGEST_BODY.list, LARGEST_BODY.object],
  });
});

test("a retry has the API key that docs/guides/idempotency.md says", async () => {
  const retried = { idempotent: [] as unknown[], post: [] as unknown[] };
  for (const [failure = "", idempotent = "", post = ""] of await tableOf("docs/guides/idempotency.md", /^\| failure/)) {
    if (failure.startsWith("401")) continue;
    const statuses = statusesOf(failure);
    const outcomes = failure.startsWith("no response") ? ["no response", ...statuses] : statuses;
    if (idempotent !== "not retried") retried.idempotent.push(...outcomes);
    if (post !== "not retried") retried.post.push(...outcomes);
    for (const status of post === "not retried" ? [] : statuses) {
      const error = Object.assign(Object.create(ApiError.prototype), { status }) as ApiError;
      const state = { hasKeyFunction: true, maxRetries: 1, remaining: Infinity, previous: [] };
      const call = { method: "post", canBeRunning: true, ...state } as const;
      expect(decideRetry(error, call)?.key === "same").toBe(post.includes("same key"));
    }
  }
  const outcomes = ["no response", ...Array.from({ length: 500 }, (_, index) => 100 + index)] as const;
  const retriedBy = (method: "get" | "post"): unknown[] =>
    outcomes.filter((outcome) => isRetried(outcome, { method, canBeRunning: true }));
  expect(new Set(retried.idempotent)).toEqual(new Set(retriedBy("get")));
  expect(new Set(retried.post)).toEqual(new Set(retriedBy("post")));
});

test("the README compares clients with rows of docs/guides/comparison.md", async () => {
  const rows = await tableOf("README.md", /^\| scenario/);
  expect(rows.length).toBeGreaterThan(5);
  expect(await tableOf("docs/guides/comparison.md", /^\| scenario/)).toEqual(expect.arrayContaining(rows));
});

test("the README names the minimum Node version and the entry points of package.json", async () => {
  const { engines, exports } = JSON.parse(await readFile(`${ROOT}/package.json`, "utf8")) as {
    engines: { node: string };
    exports: Record<string, unknown>;
  };
  expect(readme).toContain(`Node ${engines.node.replace(/>=(\d+\.\d+)\.0/, "$1")} and later`);
  for (const [, entry] of readme.matchAll(/[`"]polytomic-users\/([\w./]+)/g))
    expect(Object.keys(exports)).toContain(`./${entry}`);
});
