/** What GET requests can show about the API. */
import { randomUUID } from "node:crypto";
import { API_VERSION, OPERATIONS } from "../../generated/contract.ts";
import { isUuid } from "../../src/formats.ts";
import { parse, showVersion } from "./deviations.ts";
import {
  expectReply,
  expectStatus,
  expectThat,
  listUntestedAssumptions,
  notTested,
  probe,
  probeAssumptions,
  replies,
  responds,
  target,
  type Send,
} from "./probe.ts";
import {
  basic,
  bearer,
  dataOf,
  fieldsOf,
  usersIn,
  type Call,
  type OperationId,
  type Received,
  type ReceivedUser,
  type Reply,
} from "./request.ts";

/** The responses to the operations without further parameters. Each is sent once. */
const reads: Partial<Record<OperationId, Promise<Reply>>> = {};

function read(send: Send, operation: OperationId): Promise<Reply> {
  return (reads[operation] ??= readOnce(send, operation));
}

async function readOnce(send: Send, operation: OperationId): Promise<Reply> {
  const { path } = OPERATIONS[operation];
  if (!path.endsWith("/{id}")) return send({ operation });
  const list = ids.find((each) => OPERATIONS[each].method === "get" && `${OPERATIONS[each].path}/{id}` === path);
  const items = list && dataOf(await read(send, list));
  const id = Array.isArray(items)
    ? items.map((item) => (fieldsOf(item) as { id?: unknown }).id).find(isUuid)
    : undefined;
  return id === undefined ? notTested("needs an item in the list") : send({ operation, path: { id } });
}

const ids = Object.keys(OPERATIONS) as OperationId[];

for (const operation of ids.filter((id) => OPERATIONS[id].method === "get")) {
  probe(`${operation} responds as the spec says`, async (send) => {
    const { status, summary } = await read(send, operation);
    if (status !== 200) notTested(summary);
  });
}

const LISTS = ["listCurrentOrgUsers", "listPartnerUsers"] as const;

/** A list that the API returns. */
async function listCall(send: Send): Promise<Call> {
  for (const operation of LISTS) if ((await read(send, operation)).status === 200) return { operation };
  return notTested("needs a key that can list users");
}

/** The users of all lists. */
async function listedUsers(send: Send): Promise<ReceivedUser[]> {
  return (await Promise.all(LISTS.map((list) => read(send, list)))).flatMap(usersIn);
}

async function expectVersion(send: Send, version: string | null, expected: (reply: Reply) => boolean): Promise<void> {
  const reply = await send({ ...(await listCall(send)), version });
  expectReply(reply, expected(reply), showVersion(reply.version));
}

async function expectNull(send: Send, field: keyof ReceivedUser): Promise<void> {
  // Whether a field can be null shows in one user. That it never is cannot be seen in any list.
  if ((await listedUsers(send)).every((user) => user[field] !== null))
    notTested(`no user in the lists whose ${field} is null`);
}

function apiKey(): string {
  return target.apiKey ?? notTested("needs POLYTOMIC_API_KEY");
}

function partnerKey(): string {
  return target.partnerKey ?? notTested("needs POLYTOMIC_PARTNER_KEY or POLYTOMIC_DEPLOYMENT_KEY");
}

const ownOrganization = (): string =>
  target.ownOrganizationId ?? notTested("needs a user in the list, or POLYTOMIC_ORGANIZATION_ID");

const listCurrent = (as: string): Call => ({ operation: "listCurrentOrgUsers", as });
const listPartner = (as: string, org_id: string): Call => ({ operation: "listPartnerUsers", as, path: { org_id } });
const scopedKey = (): string => basic(target.organizationId!, partnerKey());

probeAssumptions({
  "no-version": (send) => expectVersion(send, null, ({ version }) => version === "2021-05-23"),
  "unknown-version": (send) => expectVersion(send, "1999-12-31", ({ status }) => status === 400),
  "older-versions": async (send) => {
    for (const version of ["2024-02-08", "2023-04-25", "2022-12-12", "2021-05-23"]) {
      await expectVersion(send, version, (reply) => reply.status === 200 && reply.version === version);
    }
  },
  "wrong-key": responds(401, () => listCurrent(bearer("not-a-valid-key"))),
  "malformed-id": async (send) => {
    const { operation } = await listCall(send);
    const get = operation === "listPartnerUsers" ? "getPartnerUser" : "getCurrentOrgUser";
    expectStatus(await send({ operation: get, path: { id: "not-a-uuid" } }), 404);
  },
  "unknown-organization": responds(404, () => listPartner(bearer(partnerKey()), randomUUID())),
  "api-key-other-organization": responds(403, () => listPartner(bearer(apiKey()), randomUUID())),
  "api-key-on-partner": responds(200, () => listPartner(bearer(apiKey()), ownOrganization())),
  "api-key-as-basic": responds(403, () => listCurrent(basic(ownOrganization(), apiKey()))),
  "scoped-key-on-current": responds(200, () => listCurrent(scopedKey())),
  "scoped-key-on-partner": responds(200, () => listPartner(scopedKey(), target.organizationId!)),
  "partner-key-without-scope": responds(403, () => listCurrent(bearer(partnerKey()))),
  "scoped-key-elsewhere": responds(403, () => listPartner(scopedKey(), randomUUID())),
  "no-roles": (send) => expectNull(send, "role_ids"),
  "null-harbors": (send) => expectNull(send, "harbor_ids"),
  "required-fields": async (send) => {
    const users = await listedUsers(send);
    if (users.length === 0) notTested("no user in the lists");
    const required = ["id", "email", "organization_id"] as const;
    for (const field of required)
      expectThat(
        users.every((user) => user[field] !== undefined),
        `a user without ${field}`,
      );
  },
  "required-data": () => {
    const successes = replies.filter(({ status, version }) => status === 200 && version === API_VERSION);
    if (successes.length === 0) notTested("no success");
    expectThat(
      successes.every((reply) => dataOf(reply) !== undefined),
      "a success without data",
    );
  },
  "null-metadata": () => {
    const errors = replies.map(({ text }) => fieldsOf(parse(text)) as Received<"ApiError">);
    if (errors.every(({ metadata }) => metadata !== null)) notTested("no error whose metadata is null");
  },
  "request-id": () => {
    const names = new Set(replies.flatMap(({ headerNames }) => headerNames));
    if (names.has("x-request-id")) return;
    const others = [...names].filter((name) => /^(?:x-)?[a-z]{0,20}-?(?:request|trace|correlation)-?id$/.test(name));
    notTested(`no response has x-request-id; similar headers: ${others.join(", ") || "none"}`);
  },
});

listUntestedAssumptions();
