import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { Polytomic as Built } from "../../dist/index.js";
import { REPLACEMENTS, trimOpenapiFetch } from "../../scripts/trim-openapi-fetch.ts";
import { Polytomic, type PolytomicOptions } from "../../src/index.ts";
import { FACTS, OPERATION_IDS, ORGANIZATION, type OperationFacts, type OperationId } from "../facts.ts";

const LIBRARY = fileURLToPath(import.meta.resolve("openapi-fetch"));
const trim = (code: string): string => trimOpenapiFetch.transform.handler(code).code;

interface Input {
  readonly params: { readonly path: Record<string, string>; readonly query: Record<string, unknown> };
  readonly body?: Record<string, unknown>;
  readonly headers: Record<string, string>;
  readonly idempotencyKey?: string;
}

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: Record<string, string>;
}

const odd = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "a b", "?a", "a&b=c#d", "$&", "{id}", "%2F", "../", "\ud800", "日本"),
);
const value = fc.oneof(odd, fc.boolean(), fc.integer(), fc.double(), fc.constant(undefined));

function inputs(id: OperationId): fc.Arbitrary<Input> {
  const { method, body }: OperationFacts = FACTS[id];
  return fc.record({
    params: fc.record({
      path: fc.record({ id: fc.uuid(), org_id: fc.uuid() }),
      query: id === "createPartnerUserApiKey" ? fc.record({ force: value }) : fc.constant({}),
    }),
    headers: fc.dictionary(fc.constantFrom("X-Trace", "x-trace", "Cookie", "Accept-Language"), fc.string()),
    ...(body && { body: fc.dictionary(odd, fc.jsonValue()) }),
    ...(method === "POST" && { idempotencyKey: fc.uuid() }),
  });
}

const replies: fc.Arbitrary<Reply> = fc.record({
  status: fc.constantFrom(200, 204, 302, 400, 404, 422, 500),
  text: fc.oneof(odd, fc.json(), fc.constantFrom("", "{}", '{"data":{}}', '{"data":[]}', '{"message":"no"}')),
  headers: fc.oneof(fc.constant({}), fc.constant({ "content-length": "0" })),
});

/** What a client sends, and what it makes of the answer. */
async function exchange(Client: typeof Polytomic, id: OperationId, input: Input, reply: Reply) {
  const sent: unknown[] = [];
  const fetch: PolytomicOptions["fetch"] = async (url, { headers, signal, ...init } = {}) => {
    sent.push({ url, ...init, headers: [...new Headers(headers)], hasSignal: signal instanceof AbortSignal });
    return new Response(reply.status === 204 ? null : reply.text, reply);
  };
  const client = new Client({ partnerKey: "a-key", organizationId: ORGANIZATION, fetch, maxRetries: 0 });
  const { method, template } = FACTS[id];
  const result = await client
    .request(method.toLowerCase() as "get", template as "/api/organization/users", input as object)
    .result();
  const { body, excerpt } = (result.error ?? {}) as { body?: unknown; excerpt?: string };
  return { sent, data: result.data, error: JSON.stringify(result.error), body, excerpt };
}

describe("openapi-fetch as it is built in", () => {
  test.each(OPERATION_IDS)("sends and reads what the whole library does: %s", async (id) => {
    let sent = 0;
    const property = fc.asyncProperty(inputs(id), replies, async (input, reply) => {
      const whole = await exchange(Polytomic, id, input, reply);
      sent += whole.sent.length;
      expect(await exchange(Built as unknown as typeof Polytomic, id, input, reply)).toEqual(whole);
    });
    await fc.assert(property, { numRuns: 300 });
    expect(sent).toBeGreaterThan(200); // by each; the rest have no URL
  });

  test("is trimmed", async () => {
    const built = await readFile(new URL("../../dist/index.js", import.meta.url), "utf8");
    expect(built).toContain("Transfer-Encoding"); // which it reads
    expect(built).not.toMatch(/onRequest|deepObject|x-www-form-urlencoded/);
  });

  test("is trimmed in whichever file it comes", async () => {
    const { id } = trimOpenapiFetch.transform.filter;
    for (const file of ["index.mjs", "index.js", "index.cjs"]) expect(`/openapi-fetch/dist/${file}`).toMatch(id);
    expect(trim(await readFile(LIBRARY.replace(".mjs", ".cjs"), "utf8"))).not.toContain("onRequest");
  });

  test("keeps what stays on its line", async () => {
    const whole = await readFile(LIBRARY, "utf8");
    const [before, after] = [whole.split("\n"), trim(whole).split("\n")];
    expect(after).toHaveLength(before.length);
    const moved = after.filter(
      (line, index) => line !== before[index] && before.includes(line) && line.trim().length > 5,
    );
    expect(moved).toEqual([]);
  });
});

describe("the build stops when openapi-fetch", () => {
  test.each(REPLACEMENTS)("has no more: %s", async (what, pattern) => {
    const whole = await readFile(LIBRARY, "utf8");
    expect(() => trim(whole.replace(pattern, ""))).toThrow(`Not found: ${what}.`);
  });

  test("has twice what was there once", async () => {
    const whole = await readFile(LIBRARY, "utf8");
    expect(() => trim(whole + whole)).toThrow(`Found more than once: ${REPLACEMENTS[0]![0]}.`);
  });

  test("has another version", async () => {
    vi.resetModules();
    vi.doMock("openapi-fetch/package.json", () => ({ default: { version: "0.18.0" } }));
    const { trimOpenapiFetch: fresh } = await import("../../scripts/trim-openapi-fetch.ts");
    expect(() => fresh.transform.handler("")).toThrow("It is 0.18.0, not 0.17.0.");
  });
});
