import { expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { RequestLog } from "../../src/testing/request-log.ts";
import { USER } from "../facts.ts";
import { send } from "./send.ts";

test("`requests` contains each request with the status of its response", async () => {
  const sandbox = createSandbox();
  const body = { email: "ada@acmecorp.com" };
  await send(sandbox, "POST /users", { body, idempotencyKey: "12345678" });
  await send(sandbox, "GET /api/nothing?page=2", { version: null });
  const path = `/api/organizations/${sandbox.organizationId}/users`;
  expect(sandbox.requests).toMatchObject([
    {
      operation: "createPartnerUser",
      method: "POST",
      target: path,
      headers: { "x-polytomic-version": "2025-09-18", "idempotency-key": "12345678" },
      body,
      status: 200,
    },
    { operation: undefined, method: "GET", target: "/api/nothing?page=2", body: undefined, status: 404 },
  ]);
});

test("`requests` contains a body that is not JSON as text", async () => {
  const sandbox = createSandbox();
  await send(sandbox, "POST /users", { body: "email=ada" });
  expect(sandbox.requests[0]!.body).toBe("email=ada");
});

test("`requests` is a copy", async () => {
  const sandbox = createSandbox();
  await send(sandbox, "POST /users", { body: { email: "ada" } });
  const before = sandbox.requests;
  (before[0]!.body as { email: string }).email = "eve";
  await send(sandbox, "GET /users");
  expect(before).toHaveLength(1);
  expect(sandbox.requests[0]!.body).toEqual({ email: "ada" });
});

test.each([
  ["authorization", "Bearer an-unknown-key", "Bearer ***"],
  ["authorization", `basic ${btoa("an-organization:a-key")}`, "basic ***"],
  ["authorization", "a-key-without-a-scheme", "***"],
  ["authorization", "Token a-key", "***"],
  ["cookie", "session=a-secret", "***"],
  ["user-agent", "Bearer of news", "Bearer of news"],
])("`requests` masks the credentials in a header: %s: %s", async (name, value, logged) => {
  const sandbox = createSandbox();
  await sandbox.fetch("https://app.polytomic.com/", { headers: { [name]: value } });
  expect(sandbox.requests[0]!.headers[name]).toBe(logged);
});

test("`requests` masks the value of a created key in every part of a request", async () => {
  const sandbox = createSandbox();
  const { body } = await send(sandbox, `POST /users/${USER}/keys`);
  const { value } = body["data"] as { value: string };
  await sandbox.fetch(`https://app.polytomic.com/api/${value}?key=${value}`, {
    method: "POST",
    headers: { "x-api-key": value },
    body: JSON.stringify({ key: [value, "kept"] }),
  });
  expect(sandbox.requests.at(-1)).toMatchObject({
    target: "/api/***?key=***",
    headers: { "x-api-key": "***" },
    body: { key: ["***", "kept"] },
  });
});

function add(log: RequestLog, body: string): void {
  const url = new URL("https://app.polytomic.com/");
  const latency = Promise.resolve();
  log.add({ method: "POST", url, headers: new Headers({ a: "b" }), body, signal: undefined, latency }, undefined);
}

/** Adds a request with this body to a log, and returns the bodies that the log then contains. */
function bodiesAfter(log: RequestLog, body: string): unknown[] {
  add(log, body);
  return log.read().map((request) => request.body);
}

test("the log forgets its oldest requests when it has too many", () => {
  const log = new RequestLog({ entries: 2, bytes: 1000 });
  bodiesAfter(log, "one");
  expect(bodiesAfter(log, "two")).toEqual(["one", "two"]);
  expect(bodiesAfter(log, "three")).toEqual(["two", "three"]);
});

test("the log forgets its oldest requests when they take too many bytes, headers included, and keeps the latest", () => {
  const log = new RequestLog({ entries: 10, bytes: 26 }); // a request without a body takes 6 bytes: `/`, `a` and `b`
  bodiesAfter(log, "seven77");
  expect(bodiesAfter(log, "")).toEqual(["seven77", undefined]);
  expect(bodiesAfter(log, "1")).toEqual([undefined, 1]);
  expect(bodiesAfter(log, "a long body that exceeds the limit alone")).toHaveLength(1);
});

test("by default, the log keeps 10 000 requests and 16 MiB", () => {
  const log = new RequestLog();
  for (let count = 0; count < 10_001; count++) add(log, String(count));
  expect(log.read()).toHaveLength(10_000);
  for (let count = 0; count < 3; count++) add(log, "x".repeat(3 * 1024 ** 2));
  expect(log.read()).toHaveLength(2);
});
