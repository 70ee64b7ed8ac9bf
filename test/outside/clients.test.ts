/** Clients that other generators make of the spec, with the sandbox. */
import { afterAll, expect, test } from "vitest";
import type { Sandbox } from "../../dist/testing/index.js";
import { DATA, OPERATION_IDS, ORGANIZATION, ROLE as ADMIN } from "../facts.ts";
import { generateClient, GENERATORS, type GeneratedClient, type Generator } from "./clients.ts";
import { CLIENT_LIMITS } from "./known-limits.ts";
import { serveSandbox } from "./sandbox.ts";

const ROLE = "0b7f7f0e-6d4b-4c38-9d0f-3a8e5b1c2d4e";
/** An id that RFC 9562 allows, unlike the one in Polytomic's examples. */
const JANE = "6b1f3c52-9a4e-4d7b-8c16-2f5a0e9d7b38";
const WALKED = {
  listed: [DATA.user.email],
  created: "ada.lovelace@acmecorp.com",
  got: "ada.lovelace@acmecorp.com",
  updatedRoles: [ROLE],
  deleted: "ada.lovelace@acmecorp.com",
};

/** A client and what it does with a sandbox of its own. Each step runs once, for the first test that needs it. */
interface Trial {
  readonly sandbox: Sandbox;
  readonly compile: () => Promise<void>;
  readonly use: () => Promise<Record<string, unknown>>;
}

async function prepare(generator: Generator): Promise<[Generator, Trial]> {
  const { id: _id, ...user } = DATA.user;
  const roles = [
    { name: "Admin", id: ADMIN },
    { name: "Analyst", id: ROLE },
  ];
  const organization = { id: ORGANIZATION, roles, users: [{ ...user, id: JANE }] };
  const { sandbox, served } = await serveSandbox({ organizations: [organization] });
  const { apiKey, partnerKey } = sandbox;
  const target = { baseUrl: served.url, apiKey, partnerKey, organizationId: ORGANIZATION, roleId: ROLE };
  let client: GeneratedClient | undefined;
  afterAll(() => client?.remove());
  const generate = once(async () => (client = await generateClient(generator, served.url)));
  const compile = once(async () => (await generate()).compile());
  const use = once(async () => {
    await compile();
    return (await generate()).use(target);
  });
  return [generator, { sandbox, compile, use }];
}

function once<T>(run: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= run());
}

const TRIALS = Object.fromEntries(await Promise.all(GENERATORS.map(prepare))) as Record<Generator, Trial>;

test.each(GENERATORS)(
  "the client of %s compiles under `strict`, and its results have the types of the spec",
  async (generator) => {
    await expect(TRIALS[generator].compile()).resolves.toBeUndefined();
  },
);

test.each(GENERATORS)(
  "the client of %s lists, creates, gets, updates and deletes users of the sandbox, and creates a key",
  async (generator) => {
    expect(await TRIALS[generator].use()).toMatchObject({ own: WALKED, partner: { ...WALKED, keyIsText: true } });
  },
);

test.each(GENERATORS)(
  "the client of %s reads the identity, the roles and the organizations of the sandbox, and creates an organization",
  async (generator) => {
    expect((await TRIALS[generator].use())["around"]).toEqual({
      identity: "Acme Corp",
      current: "Acme Corp",
      created: "Globex",
      got: "Globex",
      organizations: ["Acme Corp", "Globex"],
      roles: ["Admin", "Analyst"],
    });
  },
);

test("every program in consumers/ calls every operation", async () => {
  const missing: string[] = [];
  for (const generator of GENERATORS) {
    const { sandbox, use } = TRIALS[generator];
    await use();
    const called = new Set<string | undefined>(sandbox.requests.map(({ operation }) => operation));
    const uncalled = OPERATION_IDS.filter((id) => !called.has(id));
    missing.push(...uncalled.map((id) => `test/outside/consumers/${generator}.ts has to call ${id}`));
  }
  expect(missing).toEqual([]);
});

test("the zod schemas of orval parse every response of the sandbox, and find no field that the spec does not have", async () => {
  const { sandbox, use } = TRIALS.orval;
  const parsed = (await use())["parsed"] as { body: unknown; result: unknown }[];
  expect(parsed).toHaveLength(sandbox.requests.length);
  for (const { body, result } of parsed) expect(result).toEqual(body);
});

test("the zod schemas of orval refuse an empty list of roles", async () => {
  expect((await TRIALS.orval.use())["acceptsEmptyRoles"]).toBe(false);
});

test(`a known limit still exists: ${CLIENT_LIMITS.heyApiAuth}`, async () => {
  expect((await TRIALS["hey-api"].use())["statusWithPlainAuth"]).toBe(401);
});

test(`a known limit still exists: ${CLIENT_LIMITS.orvalNot}`, async () => {
  expect((await TRIALS.orval.use())["acceptsRoleAndRoleIds"]).toBe(true);
});

test(`a known limit still exists: ${CLIENT_LIMITS.orvalUuid}`, async () => {
  expect((await TRIALS.orval.use())["acceptsExampleId"]).toBe(false);
});

test(`a known limit still exists: ${CLIENT_LIMITS.swaggerFormat}`, async () => {
  expect((await TRIALS["swagger-typescript-api"].use())["withoutFormat"]).toBeNull();
});

test(`a known limit still exists: ${CLIENT_LIMITS.swaggerType}`, async () => {
  const { contentTypeWithoutType, contentTypeWithType } = await TRIALS["swagger-typescript-api"].use();
  expect(contentTypeWithoutType).toBe("text/plain;charset=UTF-8");
  expect(contentTypeWithType).toBe("application/json");
});
