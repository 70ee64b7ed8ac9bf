import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { Polytomic, type PolytomicOptions } from "../../src/index.ts";
import { DATA, USER } from "../facts.ts";
import { serve } from "./server.ts";

const clientOf = (fetch: PolytomicOptions["fetch"], maxResponseBytes?: number): Polytomic =>
  new Polytomic({ apiKey: "an-api-key", fetch, maxResponseBytes });

/** A JSON body of exactly this many bytes. */
const bodyOf = (bytes: number): string => `{"data":[]}`.padEnd(bytes, " ");

describe("successful responses", () => {
  test("a response of `maxResponseBytes` is read, and one of a byte more is an UnexpectedResponseError", async () => {
    for (const body of [bodyOf(1000), new TextEncoder().encode(bodyOf(1000))]) {
      const fetch = async (): Promise<Response> => new Response(body);
      expect(await clientOf(fetch, 1000).users.list()).toEqual([]);
      const { error } = await clientOf(fetch, 999).users.list().result();
      expect(error).toMatchObject({ name: "UnexpectedResponseError", status: 200, attempts: 1, excerpt: "" });
      expect(error?.message).toContain("`maxResponseBytes`");
    }
  });

  test("the `maxResponseBytes` of a call overrides the client's", async () => {
    const { users } = clientOf(async () => new Response(bodyOf(1000)), 999);
    expect(await users.list({ maxResponseBytes: 1000 })).toEqual([]);
    expect((await users.list({ maxResponseBytes: 20 }).result()).ok).toBe(false);
  });

  test("the bytes of a response are counted, not its characters", async () => {
    const fetch = async (): Promise<Response> => new Response(`{"data":[{"id":"${"é".repeat(100)}"}]}`);
    expect((await clientOf(fetch, 150).users.list().result()).error).toMatchObject({ name: "UnexpectedResponseError" });
    expect(await clientOf(fetch, 300).users.list()).toEqual([{ id: "é".repeat(100) }]);
  });

  test("a character that arrives in two chunks is read correctly, and a byte order mark is ignored", async () => {
    const bytes = new TextEncoder().encode('\uFEFF{"data":[{"id":"é€😀"}]}');
    const fetch = async (): Promise<Response> =>
      new Response(
        new ReadableStream({
          start(controller) {
            for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
            controller.close();
          },
        }),
      );
    expect(await clientOf(fetch).users.list()).toEqual([{ id: "é€😀" }]);
  });

  test("an endless response is cancelled at the limit and requested once", async () => {
    const cancel = vi.fn();
    const fetch = vi.fn(async () => {
      const pull = (controller: ReadableStreamDefaultController): void => controller.enqueue(new Uint8Array(100_000));
      return new Response(new ReadableStream({ pull, cancel }));
    });
    const { error } = await clientOf(fetch, 1_000_000).users.list().result();
    expect(error).toMatchObject({ name: "UnexpectedResponseError", attempts: 1 });
    expect(fetch).toHaveBeenCalledOnce();
    expect(cancel).toHaveBeenCalledOnce();
  });

  test("a small compressed response that exceeds `maxResponseBytes` is requested once", async () => {
    const body = gzipSync(bodyOf(20_000_000));
    const server = await serve((_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip", "content-type": "application/json" }).end(body),
    );
    const polytomic = new Polytomic({ apiKey: "an-api-key", baseUrl: server.url, maxResponseBytes: 1_000_000 });
    expect((await polytomic.users.list().result()).error).toMatchObject({ name: "UnexpectedResponseError" });
    expect(server.received).toHaveLength(1);
    expect(await polytomic.users.list({ maxResponseBytes: 20_000_000 })).toEqual([]);
  });

  test.each([undefined, null, { pipe() {} }])(
    "a response whose body is %j, without a web stream, is read with text() and limited in length",
    async (body) => {
      const stub = { ok: true, status: 200, headers: new Headers(), body, text: async () => bodyOf(1000) };
      const fetch = async (): Promise<Response> => ({ ...stub }) as unknown as Response;
      expect(await clientOf(fetch, 1000).users.list()).toEqual([]);
      expect((await clientOf(fetch, 999).users.list().result()).error?.name).toBe("UnexpectedResponseError");
    },
  );

  test("a list of 100 000 users is read with the default limit", { timeout: 30_000 }, async () => {
    const user = { ...DATA.currentUsers![0], role_ids: Array.from({ length: 10 }, () => crypto.randomUUID()) };
    const body = JSON.stringify({ data: Array.from({ length: 100_000 }, () => user) });
    expect(body.length).toBeGreaterThan(50_000_000);
    expect(await clientOf(async () => new Response(body)).users.list()).toHaveLength(100_000);
  });

  test("by default, a response that is not a list has at most 1 000 000 bytes", async () => {
    const fetch = async (): Promise<Response> => new Response('{"data":{"id":"x"}}'.padEnd(1_000_000));
    expect(await clientOf(fetch).users.get(USER)).toEqual({ id: "x" });
    const larger = async (): Promise<Response> => new Response('{"data":{"id":"x"}}'.padEnd(1_000_001));
    expect((await clientOf(larger).users.get(USER).result()).error).toMatchObject({ name: "UnexpectedResponseError" });
    expect(await clientOf(larger, 1_000_001).users.get(USER)).toEqual({ id: "x" });
  });

  test("by default, a list has at most 100 000 000 bytes", { timeout: 30_000 }, async () => {
    const [most, tooMany] = [0, 1].map((more) => new TextEncoder().encode(bodyOf(100_000_000 + more)));
    expect(await clientOf(async () => new Response(most)).users.list()).toEqual([]);
    const { error } = await clientOf(async () => new Response(tooMany))
      .users.list()
      .result();
    expect(error).toMatchObject({ name: "UnexpectedResponseError" });
  });

  test.each([200, 503])(
    "a stream of Node, as node-fetch returns it, is read up to the limit with status %i and then destroyed",
    async (status) => {
      let produced = 0;
      const streams: Readable[] = [];
      const fetch = vi.fn(async () => {
        const body = Readable.from(
          (function* () {
            for (; produced < 100_000_000; produced += 10_000) yield new Uint8Array(10_000);
          })(),
        );
        streams.push(body);
        const headers = new Headers({ "retry-after": "0" });
        return { ok: status === 200, status, headers, body, text: () => text(body) } as unknown as Response;
      });
      const { error } = await clientOf(fetch, 100_000).users.list().result();
      expect(error).toMatchObject({ name: status === 200 ? "UnexpectedResponseError" : "ServerError", status });
      expect(fetch).toHaveBeenCalledTimes(status === 200 ? 1 : 3);
      expect(produced).toBeLessThan(3_000_000);
      expect(streams.map(({ destroyed }) => destroyed)).not.toContain(false);
    },
  );

  test("the text of a stub without a body is limited in bytes, and can be missing", async () => {
    const respond = (status: number, body: unknown) => async (): Promise<Response> =>
      ({ ok: status === 200, status, headers: new Headers(), text: async () => body }) as Response;
    const body = '{"data":[{"id":"é€😀"}]}';
    const bytes = Buffer.byteLength(body);
    expect(await clientOf(respond(200, body), bytes).users.list()).toEqual([{ id: "é€😀" }]);
    expect(
      (
        await clientOf(respond(200, body), bytes - 1)
          .users.list()
          .result()
      ).ok,
    ).toBe(false);
    for (const missing of [undefined, null]) {
      expect((await clientOf(respond(404, missing)).users.list().result()).error?.name).toBe("NotFoundError");
      const { error } = await clientOf(respond(200, missing)).users.list().result();
      expect(error).toMatchObject({ name: "UnexpectedResponseError", message: expect.stringContaining("empty body") });
    }
  });

  test("a body that consists of strings is a ConfigurationError, and the call is not retried", async () => {
    const fetch = vi.fn(async () => new Response(new ReadableStream({ start: (it) => it.enqueue("{}") })));
    expect((await clientOf(fetch).users.list().result()).error).toMatchObject({
      name: "ConfigurationError",
      message: expect.stringContaining("Uint8Array"),
      attempts: 1,
    });
    expect(fetch).toHaveBeenCalledOnce();
  });

  test("the body of a call that timed out is cancelled, even if `fetch` ignores its signal", async () => {
    const cancel = vi.fn();
    const fetch = async (): Promise<Response> => new Response(new ReadableStream({ cancel }));
    const { error } = await clientOf(fetch).users.list({ timeout: 20, maxRetries: 0 }).result();
    expect(error).toMatchObject({ name: "TimeoutError" });
    expect(cancel).toHaveBeenCalledOnce();
  });

  test.each([0, -1, 1.5, 500_000_001, Infinity, "1000"])("the `maxResponseBytes` %j is refused", async (value) => {
    const maxResponseBytes = value as number;
    const fetch = async (): Promise<Response> => new Response(bodyOf(20));
    expect(() => clientOf(fetch, maxResponseBytes)).toThrow(
      "`maxResponseBytes` must be an integer from 1 to 500000000.",
    );
    const { error } = await clientOf(fetch).users.list({ maxResponseBytes }).result();
    expect(error).toMatchObject({ name: "InvalidArgumentError" });
  });

  test("the largest `maxResponseBytes` is accepted", async () => {
    expect(await clientOf(async () => new Response(bodyOf(20)), 500_000_000).users.list()).toEqual([]);
  });
});

describe("error responses", () => {
  const errorOf = (bytes: number): string => `{"message":"No."}`.padEnd(bytes, " ");

  test("the body of an error is read up to 256 KiB, whatever `maxResponseBytes` is", async () => {
    const respond = (bytes: number) => async (): Promise<Response> => new Response(errorOf(bytes), { status: 403 });
    const { error } = await clientOf(respond(262_144), 1).users.list().result();
    expect(error).toMatchObject({ name: "ForbiddenError", detail: "No.", body: { message: "No." } });
    const { error: larger } = await clientOf(respond(262_145)).users.list().result();
    expect(larger).toMatchObject({ name: "ForbiddenError", status: 403, detail: undefined, body: undefined });
  });

  test("a 503 with a huge compressed body is retried, and takes no time", { timeout: 4_000 }, async () => {
    const body = gzipSync(`{"message":"No.","metadata":{"list":[${'"",'.repeat(5_000_000)}""]}}`);
    expect(body.length).toBeLessThan(20_000);
    let requests = 0;
    const server = await serve((_request, response) => {
      const headers = { "content-encoding": "gzip", "content-type": "application/json", "retry-after": "0" };
      response.writeHead(++requests < 3 ? 503 : 422, headers).end(body);
    });
    const polytomic = new Polytomic({ apiKey: "an-api-key", baseUrl: server.url });
    const { error } = await polytomic.users.list().result();
    expect(error).toMatchObject({ name: "UnprocessableEntityError", attempts: 3, metadata: undefined });
  });

  test.each([
    ["short strings", `{"metadata":{"list":[${'"",'.repeat(80_000)}""]}}`],
    ["names", `{"metadata":{${Array.from({ length: 20_000 }, (_, index) => `"${index}":1`).join()}}}`],
    ["dots", `{"message":"${".".repeat(200_000)}x"}`],
    ["the beginnings of keys", "an-api-ke".repeat(28_000)],
  ])("an error body that consists of %s takes little time", { timeout: 2_000 }, async (_what, body) => {
    expect(body.length).toBeLessThanOrEqual(262_144);
    const { error } = await clientOf(async () => new Response(body, { status: 422 }))
      .users.list()
      .result();
    expect(error).toMatchObject({ name: "UnprocessableEntityError" });
    expect(error).not.toMatchObject({ body: undefined });
  });

  test("the metadata of an error is the same object as in its body", async () => {
    const fetch = async (): Promise<Response> => Response.json({ metadata: { field: "email" } }, { status: 422 });
    const { error } = await clientOf(fetch).users.list().result();
    const { body, metadata } = error as unknown as { body: { metadata: object }; metadata: object };
    expect(metadata).toEqual({ field: "email" });
    expect(body.metadata).toBe(metadata);
  });
});
