import { readFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { DEFAULT_LIMITS } from "../../src/config.ts";
import { LARGEST_BODY } from "../../src/http/attempt.ts";
import { decideRetry, isRetried } from "../../src/http/retry.ts";
import { ApiError, Polytomic } from "../../src/index.ts";
import { createSandbox } from "../../src/testing/index.ts";
import { quoted, ROOT, statusesOf, tableOf } from "./tables.ts";

const readme = await readFile(`${ROOT}/README.md`, "utf8");

test.each(["README.md", "docs/guides/retries.md"])("the default limits in %s are those of the client", async (page) => {
  const rows = (await tableOf(page, /^\| option .*\| default/)).map(([name, value = ""]) => [
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

test("the client retries what the table of failures in the README lists", async () => {
  const retried = { idempotent: [] as unknown[], post: [] as unknown[] };
  for (const [failure = "", idempotent = "", post = ""] of await tableOf("README.md", /^\| failure/)) {
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

test("the client accepts the keys and environment variables that the README lists", async () => {
  const sandbox = createSandbox();
  const rows = await tableOf("README.md", /^\| option .*\| environment/);
  expect(rows.map(([option]) => quoted(option)[0])).toEqual(["apiKey", "partnerKey", "deploymentKey"]);
  for (const [option, environment] of rows) {
    const name = quoted(option)[0] as "apiKey" | "partnerKey" | "deploymentKey";
    const key = quoted(environment)[0]!;
    const urls: string[] = [];
    const fetch = (input: string, init: RequestInit): Promise<Response> => {
      urls.push(input);
      return sandbox.fetch(input, init);
    };
    const list = async (polytomic: Polytomic): Promise<unknown> =>
      name === "apiKey" ? polytomic.users.list() : polytomic.organization(sandbox.organizationId).users.list();
    const baseUrl = "https://polytomic.example.com";
    expect(await list(new Polytomic({ [name]: sandbox[name], baseUrl, fetch }))).toHaveLength(2);
    vi.stubEnv(key, sandbox[name]);
    vi.stubEnv("POLYTOMIC_DEPLOYMENT_URL", "polytomic.example.com");
    expect(await list(new Polytomic({ fetch }))).toHaveLength(2);
    vi.unstubAllEnvs();
    expect(urls).toHaveLength(2);
    for (const each of urls) expect(each).toContain(baseUrl);
  }
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
