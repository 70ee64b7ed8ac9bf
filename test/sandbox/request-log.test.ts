import { expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { RequestLog } from "../../src/testing/request-log.ts";
import { send } from "./send.ts";

const JANE = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";
const KEY = "sandbox-partner-key";
const UNKNOWN = "pk_live_9f8e7d6c5b4a";

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

test("`requests` only contains the scheme of Authorization", async () => {
  const sandbox = createSandbox();
  await send(sandbox, "GET /users");
  await send(sandbox, "GET /api/organization/users", { scope: sandbox.organizationId });
  expect(sandbox.requests.map(({ headers }) => headers["authorization"])).toEqual(["Bearer ***", "Basic ***"]);
  const text = JSON.stringify(sandbox.requests);
  expect(text).not.toContain(sandbox.partnerKey);
  expect(text).not.toContain(btoa(`${sandbox.organizationId}:${sandbox.partnerKey}`));
});

test("`requests` masks keys in paths, queries, other headers and bodies", async () => {
  const sandbox = createSandbox();
  const { partnerKey } = sandbox;
  const { body } = await send(sandbox, `POST /users/${JANE}/keys`);
  const minted = (body as { data: { value: string } }).data.value;
  await send(sandbox, `POST /users/${JANE}/keys?force=true`); // the minted key is revoked
  await sandbox.fetch(`https://app.polytomic.com/api/${minted}?token=${partnerKey}`, {
    method: "POST",
    headers: { "x-api-key": partnerKey },
    body: JSON.stringify({ key: [minted, "kept"] }),
  });
  expect(sandbox.requests.at(-1)).toMatchObject({
    target: "/api/***?token=***",
    headers: { "x-api-key": "***" },
    body: { key: ["***", "kept"] },
  });
});

test("`requests` masks keys of a seed with special characters, and every other Authorization header", async () => {
  const partnerKey = `a/b+c=:d'e`;
  const sandbox = createSandbox({ partnerKey });
  await sandbox.fetch(`https://app.polytomic.com/api?token=${encodeURIComponent(partnerKey)}`, {
    headers: { "x-api-key": partnerKey, "proxy-authorization": "Basic somebody's-own" },
  });
  const { target, headers } = sandbox.requests[0]!;
  expect(target).toBe("/api?token=***");
  expect(headers).toMatchObject({ "x-api-key": "***", "proxy-authorization": "Basic ***" });
});

test("`requests` is a copy", async () => {
  const sandbox = createSandbox();
  await send(sandbox, "GET /users");
  const before = sandbox.requests;
  await send(sandbox, "GET /users");
  expect(before).toHaveLength(1);
});

test("the log keeps the latest 10 000 requests", () => {
  const log = new RequestLog(new Set());
  const request = new Request("https://app.polytomic.com/");
  for (let count = 0; count < 20_050; count++) log.add(request, `/${count}`, "");
  expect(log.read()).toHaveLength(10_000);
  expect(log.read().at(-1)!.target).toBe("/20049");
});

const percent = (text: string): string =>
  text.replaceAll(/[^]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
const unicode = (text: string): string =>
  text.replaceAll(/[^]/g, (character) => String.raw`\u00${character.charCodeAt(0).toString(16)}`);
const base64Url = (text: string): string => btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** Everything that `requests` contains after a request. */
async function logOf(path: string, init: RequestInit = {}, partnerKey = KEY): Promise<string> {
  const sandbox = createSandbox({ partnerKey });
  await sandbox.fetch(`https://app.polytomic.com${path}`, init);
  return JSON.stringify(sandbox.requests);
}

const PLACES: [place: string, write: (text: string) => [path: string, init?: RequestInit]][] = [
  ["a path", (text) => [`/api/${text}/users`]],
  ["a query name", (text) => [`/api?${text}`]],
  ["the name of a query parameter", (text) => [`/api?${text}=true`]],
  ["a query value", (text) => [`/api?name=${text}&page=2`]],
  ["a header", (text) => ["/api", { headers: { "x-forwarded-uri": text } }]],
  ["a body that is not JSON", (text) => ["/api", { method: "POST", body: text }]],
  ["a string of a JSON body", (text) => ["/api", { method: "POST", body: JSON.stringify({ list: [text] }) }]],
  ["the name of a JSON field", (text) => ["/api", { method: "POST", body: JSON.stringify({ [text]: 1 }) }]],
];

const SPELLINGS: [how: string, text: string][] = [
  ["unchanged", KEY],
  ["after a period", `a.${KEY}`],
  ["before a period", `${KEY}.`],
  ["inside of a word", `a${KEY}b`],
  ["twice", `${KEY}${KEY}`],
  ["after %20", `Bearer%20${KEY}`],
  ["after a plus", `Bearer+${KEY}`],
  ["after an encoded line break", `%0A${KEY}`],
  ["percent-encoded", percent(KEY)],
  ["percent-encoded in lower case", percent(KEY).toLowerCase()],
  ["percent-encoded in part", KEY.replace("-", "%2D")],
  ["percent-encoded twice", percent(percent(KEY))],
  ["percent-encoded three times", percent(percent(percent(KEY)))],
  ["unchanged and percent-encoded", `${KEY},${percent(KEY)}`],
  ["with HTML entities that are percent-encoded", percent(KEY.replaceAll("-", "&#45;"))],
  ["as Basic without a user name", `Basic%20${btoa(`:${KEY}`)}`],
  ["as Basic with an organization", `Basic%20${btoa(`248df4b7-aa70-47b8-a036-33ac447e668d:${KEY}`)}`],
  ["as Base64", btoa(KEY)],
  ["as Base64 after one character", btoa(`:${KEY}`)],
  ["as Base64 after two characters", btoa(`::${KEY}`)],
  ["as Base64 next to a word", `x${btoa(KEY)}`],
  ["as Base64 between slashes", `/a/${btoa(KEY)}/b`],
  ["as Base64 for URLs", base64Url(`>>>???${KEY}`)],
  ["as Base64 that is percent-encoded", percent(btoa(`a:${KEY}`))],
];

/** The text and everything that it can be decoded to. */
function decodings(text: string): string[] {
  const found = [text];
  for (const each of found) {
    const plain = each
      .replaceAll(/(?:%u00|%|\\+u00|\\+x)([\da-f]{2})/gi, (_match, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      )
      .replaceAll(/&#x([\da-f]+);/gi, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replaceAll(/&#(\d+);/g, (_match, code: string) => String.fromCharCode(Number(code)))
      .replaceAll(/\\+\//g, "/");
    if (plain !== each) found.push(plain);
  }
  return found.flatMap((each) => [
    each,
    ...(each.match(/[\w+-]{8,}/g) ?? []).flatMap((word) => [0, 1, 2, 3].map((skip) => fromBase64(word.slice(skip)))),
  ]);
}

function fromBase64(text: string): string {
  return Buffer.from(text, "base64").toString("latin1");
}

test.each(PLACES.flatMap(([place, write]) => SPELLINGS.map(([how, text]) => ({ place, how, request: write(text) }))))(
  "`requests` masks a key in $place: $how",
  async ({ request: [path, init] }) => {
    const text = await logOf(path, init);
    expect(text).toContain("***");
    for (const decoded of decodings(text)) expect(decoded).not.toContain(KEY);
  },
);

test.each([
  ["after a line break", String.raw`{"a":"\n${KEY}"}`, String.raw`{"a":"\n***"}`],
  ["after a tab", String.raw`{"a":"\t${KEY}"}`, String.raw`{"a":"\t***"}`],
  ["as unicode escapes", `{"a":"${unicode(KEY)}","b":1}`, '{"a":"***","b":1}'],
  ["as unicode escapes in a name", `{"${unicode(KEY)}":[]}`, '{"***":[]}'],
  ["in JSON in a string", JSON.stringify({ a: `{"a":"${unicode(KEY)}"}` }), String.raw`{"a":"{\"a\":\"***\"}"}`],
  ["in a string only", JSON.stringify(KEY), '"***"'],
  ["in one of two fields with one name", `{"a":"${KEY}","a":"b"}`, '{"a":"b"}'],
])("`requests` masks a key in a JSON body and keeps the rest: %s", async (_where, body, logged) => {
  expect(await logOf("/api", { method: "POST", body })).toContain(`"body":${logged}`);
});

test.each([
  ["an escape after which the JSON ends", String.raw`{"a":"\n${KEY}`],
  ["unicode escapes", `{"a":"${unicode(KEY)}`],
  ["unicode escapes in JavaScript", unicode(KEY).replaceAll(/00(..)/g, "{$1}")],
  ["percent escapes of JavaScript", unicode(KEY).replaceAll("\\", "%")],
  ["unicode escapes that are percent-encoded in part", unicode(KEY).replaceAll("u00", "%750%30")],
  ["hexadecimal escapes", unicode(KEY).replaceAll(String.raw`\u00`, String.raw`\x`)],
])("`requests` masks a key in a body that is not JSON: %s", async (_how, body) => {
  const text = await logOf("/api", { method: "POST", body });
  expect(text).toContain("***");
  for (const decoded of decodings(text)) expect(decoded).not.toContain(KEY);
});

test("`requests` masks a key with slashes that JSON escapes", async () => {
  const key = "a/b/c+d/efgh==";
  const body = `{"a":"${key.replaceAll("/", String.raw`\/`)}"}`;
  expect(await logOf("/api", { method: "POST", body }, key)).toContain('"body":{"a":"***"}');
  expect(await logOf("/api", { method: "POST", body: body.slice(0, -1) }, key)).toContain("***");
});

test("`requests` masks a key of digits in a JSON number", async () => {
  const log = await logOf("/api", { method: "POST", body: '{"a":12345678,"b":1}' }, "12345678");
  expect(log).toContain('"body":{"a":"***","b":1}');
});

test("`requests` masks a key that is the name of a header or the method, in lower case or not", async () => {
  const sandbox = createSandbox({ partnerKey: "Sandbox-ADMIN" });
  await sandbox.fetch("https://app.polytomic.com/", { method: "Sandbox-ADMIN", headers: { "Sandbox-ADMIN": "a" } });
  expect(sandbox.requests).toMatchObject([{ method: "***", headers: { "***": "a" } }]);
});

test("`requests` masks a short key only where it is a word", async () => {
  const log = await logOf("/api/acme/acmecorp?a=%20acme", { method: "POST", body: '{"a":"x.acme."}' }, "acme");
  expect(log).toContain("/api/***/acmecorp?a= ***");
  expect(log).toContain('"body":{"a":"x.***."}');
});

test("`requests` masks a key of four characters in Base64, and no shorter one", async () => {
  const target = (partnerKey: string): Promise<string> =>
    logOf(`/api?a=${btoa(`:${partnerKey}`)}&b=users`, {}, partnerKey);
  expect(await target("acme")).toContain("/api?a=***=&b=users");
  expect(await target("s")).toContain("/api?a=OnM=&b=users");
});

test("`requests` does not change a text without a key, however it is encoded", async () => {
  const sandbox = createSandbox();
  const target = "/api/a%20b/%25?c=%2541&d=YWJjZGVmZ2hpamtsbW5vcA==";
  const body = { a: String.raw`\u0041%41&#65;`, b: 1.5e300, c: ["sandbox-partner", "sandbox"] };
  await sandbox.fetch(`https://app.polytomic.com${target}`, { method: "POST", body: JSON.stringify(body) });
  expect(sandbox.requests).toMatchObject([{ method: "POST", target, body }]);
});

test("`requests` contains a body with millions of escapes", async () => {
  const body = JSON.stringify({ a: String.raw`\n`.repeat(2_000_000) });
  expect(await logOf("/api", { method: "POST", body })).toContain(`"body":${body}`);
});

test("`requests` contains a deeply nested body", async () => {
  const body = `${"[".repeat(50_000)}"${KEY}"${"]".repeat(50_000)}`;
  const sandbox = createSandbox();
  await send(sandbox, "POST /users", { body });
  expect(sandbox.requests).toHaveLength(1);
  expect(sandbox.requests[0]!.body).toBeInstanceOf(Array);
});

test.each([
  ["Bearer", `Bearer ${UNKNOWN}`],
  ["Bearer in lower case", `bearer ${UNKNOWN}`],
  ["Bearer with %20", `Bearer%20${UNKNOWN}`],
  ["Bearer with a colon", `Bearer: ${UNKNOWN}`],
  ["two of them", `Bearer ${UNKNOWN}, Basic a`],
  ["a parameter", `Token token="${UNKNOWN}"`],
  ["no scheme", UNKNOWN],
  ["the key first", `${UNKNOWN} Bearer`],
  ["Basic with an organization", `Basic ${btoa(`${JANE}:${UNKNOWN}`)}`],
  ["Basic without a user name", `Basic ${btoa(`:${UNKNOWN}`)}`],
  ["Basic without a password", `Basic ${btoa(`${UNKNOWN}:`)}`],
  ["Basic without a colon", `Basic ${btoa(UNKNOWN)}`],
])(
  "`requests` masks a key that the sandbox does not know wherever it is, once it is in Authorization: %s",
  async (_how, authorization) => {
    const sandbox = createSandbox();
    const request = (path: string, init?: RequestInit): Promise<Response> =>
      sandbox.fetch(`https://app.polytomic.com${path}`, init);
    await request(`/api/earlier/${UNKNOWN}`);
    await request(`/api/organizations/${JANE}/users?${percent(UNKNOWN)}`, { headers: { authorization } });
    await request("/api", { method: "POST", body: JSON.stringify({ [UNKNOWN]: btoa(`:${UNKNOWN}`) }) });
    const text = JSON.stringify(sandbox.requests);
    expect(text).toContain(JANE);
    for (const decoded of decodings(text)) expect(decoded).not.toContain(UNKNOWN);
  },
);

test.each([
  "x-api-key",
  "api-key",
  "x-auth-token",
  "cookie",
  "x-partner-key",
  "x-client-secret",
  "proxy-authorization",
])("`requests` masks the header %s, even if the sandbox does not know its value", async (name) => {
  expect(await logOf(`/api/${UNKNOWN}`, { headers: { [name]: UNKNOWN } })).not.toContain(UNKNOWN);
});

test.each(["api_key", "apiKey", "token", "access_token", "secret", "Authorization", "KEY", "api%5Fkey"])(
  "`requests` masks the query parameter %s, even if the sandbox does not know its value",
  async (name) => {
    const log = await logOf(`/api?page=2&${name}=${UNKNOWN}&force=true`);
    expect(log).toContain(`/api?page=2&${name}=***&force=true`);
  },
);

test("`requests` masks a minted key, before and after it is revoked", async () => {
  const sandbox = createSandbox();
  const { body } = await send(sandbox, `POST /users/${JANE}/keys`);
  const { value } = (body as { data: { value: string } }).data;
  await sandbox.fetch(`https://app.polytomic.com/api/a.${value}?${value}`);
  expect(sandbox.requests.at(-1)!.target).toBe("/api/a.***?***");
  await send(sandbox, `DELETE /users/${JANE}`);
  expect(sandbox.requests.at(-2)!.target).toBe("/api/a.***?***");
});

test("`requests` masks every one of thousands of keys", async () => {
  const users = Array.from({ length: 5000 }, (_, index) => ({
    email: `user-${index}@acmecorp.com`,
    apiKeys: [`key-of-user-${index}-${"x".repeat(index % 20)}`],
  }));
  const sandbox = createSandbox({ organizations: [{ users }] });
  const keys = users.flatMap(({ apiKeys }) => apiKeys);
  await send(sandbox, "POST /users", { body: { keys } });
  expect(sandbox.requests[0]!.body).toEqual({ keys: keys.map(() => "***") });
});

const MEBIBYTE = 1024 * 1024;

test("the log forgets its oldest requests when it exceeds 16 MiB, and keeps the latest one", async () => {
  const sandbox = createSandbox();
  const ask = (index: number, body: string): Promise<unknown> => send(sandbox, `POST /api/${index}`, { body });
  for (let index = 0; index < 40; index++) await ask(index, "x".repeat(MEBIBYTE / 2));
  const indexes = (): number[] => sandbox.requests.map(({ target }) => Number(target.replace("/api/", "")));
  expect(indexes()).toEqual(Array.from({ length: 15 }, (_, index) => index + 25));
  await ask(40, "x".repeat(9 * MEBIBYTE));
  expect(indexes()).toEqual([40]);
  await ask(41, "");
  expect(indexes()).toEqual([41]);
});

test("the log counts headers and targets, too", () => {
  const log = new RequestLog(new Set());
  const large = "x".repeat(2 * MEBIBYTE);
  for (let count = 0; count < 10; count++) {
    log.add(new Request("https://app.polytomic.com/", { headers: { large } }), `/${large}`, "");
  }
  expect(log.read()).toHaveLength(1);
});
