/** The known limits of Prism. */
import { beforeEach, expect, test } from "vitest";
import { PRISM_LIMITS } from "./known-limits.ts";
import { startPrism, outcomeOf } from "./prism.ts";
import { send, validRequest, type PlainRequest } from "./requests.ts";
import { serveSandbox } from "./sandbox.ts";

const { sandbox, served } = await serveSandbox();
const proxy = await startPrism("proxy", served.url);

beforeEach(() => sandbox.reset());

const list = validRequest("listPartnerUsers", sandbox);
const create = validRequest("createPartnerUser", sandbox);

function withHeader(request: PlainRequest, name: string, value: string): PlainRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

const OCCURS: Record<keyof typeof PRISM_LIMITS, () => Promise<void>> = {
  lowerCaseScheme: async () => {
    const request = withHeader(list, "authorization", `bearer ${sandbox.partnerKey}`);
    expect((await send(served.url, request)).status).toBe(200);
    expect((await send(proxy, request)).status).toBe(401);
  },
  emptyIdempotencyKey: async () => {
    const request = withHeader(create, "idempotency-key", "");
    expect((await send(served.url, request)).status).toBe(400);
    // Prism forwards the request, so that the sandbox refuses it.
    const response = await send(proxy, request);
    expect(outcomeOf(response)).toEqual({ status: 400, violations: [] });
  },
  malformedJson: async () => {
    const request = { ...create, body: "{" };
    expect((await send(served.url, request)).status).toBe(422);
    await expect(send(proxy, request, 1000)).rejects.toMatchObject({ name: "TimeoutError" });
  },
  truncatedResponse: async () => {
    sandbox.fail({ operation: "listPartnerUsers", truncate: true });
    await expect(send(proxy, list, 1000)).rejects.toMatchObject({ name: "TimeoutError" });
  },
  notImplemented: async () => {
    sandbox.fail({ operation: "listPartnerUsers", status: 501, times: 2 });
    expect((await send(served.url, list)).status).toBe(501);
    expect((await send(proxy, list)).status).toBe(200);
  },
};

test.each(Object.entries(PRISM_LIMITS))("Prism still has a known limit, %s: it %s", async (limit) => {
  expect.hasAssertions();
  await OCCURS[limit as keyof typeof PRISM_LIMITS]();
});
