/** Clients that other generators make of the spec, with the sandbox. */
import { beforeAll, describe, expect, test } from "vitest";
import { DATA, OPERATION_IDS, ORGANIZATION } from "../facts.ts";
import { generateClient, GENERATORS, type GeneratedClient } from "./clients.ts";
import { CLIENT_LIMITS } from "./known-limits.ts";
import { serveSandbox } from "./sandbox.ts";

const ROLE = "0b7f7f0e-6d4b-4c38-9d0f-3a8e5b1c2d4e";
/** An id that RFC 9562 allows, unlike the one in the vendor's examples. */
const JANE = "6b1f3c52-9a4e-4d7b-8c16-2f5a0e9d7b38";
const WALKED = {
  listed: [DATA.user.email],
  created: "ada.lovelace@acmecorp.com",
  got: "ada.lovelace@acmecorp.com",
  updatedRoles: [ROLE],
  deleted: "ada.lovelace@acmecorp.com",
};

const found: Record<string, Record<string, unknown>> = {};

describe.each(GENERATORS)("%s", async (generator) => {
  const { sandbox, served } = await serveSandbox(JANE);
  let client: GeneratedClient;
  beforeAll(async () => {
    client = await generateClient(generator, served.url);
    return () => client.remove();
  });

  test(`the client of ${generator} compiles under \`strict\`, and its results have the types of the spec`, async () => {
    await expect(client.compile()).resolves.toBeUndefined();
  });

  test(`the client of ${generator} lists, creates, gets, updates and deletes users of the sandbox, and creates a key`, async () => {
    const { apiKey, partnerKey } = sandbox;
    const target = { baseUrl: served.url, apiKey, partnerKey, organizationId: ORGANIZATION, roleId: ROLE };
    found[generator] = await client.use(target);
    expect(found[generator]).toMatchObject({ own: WALKED, partner: { ...WALKED, keyIsText: true } });
    expect(new Set(sandbox.requests.map(({ operation }) => operation))).toEqual(new Set(OPERATION_IDS));
  });
});

test("the zod schemas of orval parse every response of the sandbox, and find no field that the spec does not have", () => {
  const parsed = found["orval"]!["parsed"] as { body: unknown; result: unknown }[];
  expect(parsed).toHaveLength(OPERATION_IDS.length);
  for (const { body, result } of parsed) expect(result).toEqual(body);
});

test("the zod schemas of orval refuse an empty list of roles", () => {
  expect(found["orval"]!["acceptsEmptyRoles"]).toBe(false);
});

test(`a known limit still exists: ${CLIENT_LIMITS.heyApiAuth}`, () => {
  expect(found["hey-api"]!["statusWithPlainAuth"]).toBe(401);
});

test(`a known limit still exists: ${CLIENT_LIMITS.orvalNot}`, () => {
  expect(found["orval"]!["acceptsRoleAndRoleIds"]).toBe(true);
});

test(`a known limit still exists: ${CLIENT_LIMITS.orvalUuid}`, () => {
  expect(found["orval"]!["acceptsExampleId"]).toBe(false);
});

test(`a known limit still exists: ${CLIENT_LIMITS.swaggerFormat}`, () => {
  expect(found["swagger-typescript-api"]!["withoutFormat"]).toBeNull();
});

test(`a known limit still exists: ${CLIENT_LIMITS.swaggerType}`, () => {
  const contentTypes = found["swagger-typescript-api"]!["contentTypes"] as string[];
  expect(contentTypes).toEqual([...Array<string>(4).fill("application/json"), "text/plain;charset=UTF-8"]);
});
