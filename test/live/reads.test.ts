/** What GET requests can show about the API. */
import { randomUUID } from "node:crypto";
import { beforeAll } from "vitest";
import { API_VERSION, OPERATIONS } from "../../generated/contract.ts";
import { isUuid } from "../../src/formats.ts";
import { showVersion } from "./deviations.ts";
import {
  compareResponses,
  expectReply,
  expectStatus,
  listUntestedAssumptions,
  notTested,
  OPERATION_IDS,
  probeAssumptions,
  replies,
  responds,
  send,
  target,
} from "./probe.ts";
import {
  basic,
  bearer,
  bodyOf,
  itemsIn,
  usersIn,
  type Call,
  type OperationId,
  type Received,
  type ReceivedUser,
  type Reply,
} from "./request.ts";

const READS = OPERATION_IDS.filter((id) => OPERATIONS[id].method === "get");

/** The first response to each operation. */
const reads: Partial<Record<OperationId, Reply>> = {};

// An operation for one item takes its id from the operation for the list, which has a shorter path.
beforeAll(async () => {
  for (const operation of READS.toSorted((a, b) => OPERATIONS[a].path.length - OPERATIONS[b].path.length)) {
    const list = READS.find((id) => `${OPERATIONS[id].path}/{id}` === OPERATIONS[operation].path);
    const items: Received<"User">[] = list ? itemsIn(reads[list]!) : [];
    const id = items.map((item) => item.id).find(isUuid);
    reads[operation] = await send({ operation, path: id === undefined ? {} : { id } });
  }
});

const LISTS = ["listCurrentOrgUsers", "listPartnerUsers"] as const;

/** The users of all lists. */
const listedUsers = (): ReceivedUser[] => LISTS.flatMap((list) => usersIn(reads[list]!));

/** A list that the API returns. */
function usableList(): (typeof LISTS)[number] {
  return LISTS.find((list) => reads[list]!.status === 200) ?? notTested("needs a key that can list users");
}

async function expectVersion(version: string | null, isExpected: (reply: Reply) => boolean): Promise<void> {
  const reply = await send({ operation: usableList(), version });
  expectReply(reply, isExpected(reply), showVersion(reply.version));
}

/** Whether a field can be null shows in one user. That it never is cannot be seen in any list. */
function expectNull(field: keyof ReceivedUser): void {
  if (listedUsers().every((user) => user[field] !== null)) notTested(`no user in the lists whose ${field} is null`);
}

/** Whether all items in the responses to some operations have some fields. */
function expectFields(operations: readonly OperationId[], fields: readonly string[]): void {
  const found = operations.map((id) => reads[id]!).filter((reply) => itemsIn(reply).length > 0);
  if (found.length === 0) notTested("no such item in the responses");
  for (const reply of found) {
    const isComplete = itemsIn(reply).every((item) => fields.every((field) => Object.hasOwn(item, field)));
    expectReply(reply, isComplete, "an item without one of them");
  }
}

const apiKey = (): string => target.apiKey ?? notTested("needs POLYTOMIC_API_KEY");

const partnerKey = (): string =>
  target.partnerKey ?? notTested("needs POLYTOMIC_PARTNER_KEY or POLYTOMIC_DEPLOYMENT_KEY");

/** The organization of the API key. */
const ownOrganization = (): string =>
  usersIn(reads.listCurrentOrgUsers!)
    .map((user) => user.organization_id)
    .find(isUuid) ?? notTested("needs a user in the list");

const listCurrent = (as: string): Call => ({ operation: "listCurrentOrgUsers", as });
const listPartner = (as: string, org_id: string): Call => ({ operation: "listPartnerUsers", as, path: { org_id } });
const listOrganizations = (as: string): Call => ({ operation: "listOrganizations", as });
const scopedKey = (): string => basic(target.organizationId!, partnerKey());

probeAssumptions({
  "no-version": () => expectVersion(null, ({ version }) => version === API_VERSION),
  "unknown-version": () => expectVersion("1999-12-31", ({ status }) => status === 400),
  "older-versions": async () => {
    for (const version of ["2024-02-08", "2023-04-25", "2022-12-12", "2021-05-23"]) {
      await expectVersion(version, (reply) => reply.status === 200 && reply.version === version);
    }
  },
  "wrong-key": responds(401, () => listCurrent(bearer("not-a-valid-key"))),
  "malformed-id": async () => {
    const operation = usableList() === "listPartnerUsers" ? "getPartnerUser" : "getCurrentOrgUser";
    expectStatus(await send({ operation, path: { id: "not-a-uuid" } }), 404);
  },
  "unknown-organization": responds(404, () => listPartner(bearer(partnerKey()), randomUUID())),
  "api-key-other-organization": responds(403, () => listPartner(bearer(apiKey()), randomUUID())),
  "api-key-on-partner": responds(200, () => listPartner(bearer(apiKey()), ownOrganization())),
  "api-key-as-basic": responds(403, () => listCurrent(basic(ownOrganization(), apiKey()))),
  "scoped-key-on-current": responds(200, () => listCurrent(scopedKey())),
  "scoped-key-on-partner": responds(200, () => listPartner(scopedKey(), target.organizationId!)),
  "partner-key-without-scope": responds(403, () => listCurrent(bearer(partnerKey()))),
  "scoped-key-elsewhere": responds(403, () => listPartner(scopedKey(), randomUUID())),
  "api-key-on-organizations": responds(401, () => listOrganizations(bearer(apiKey()))),
  "scoped-key-on-organizations": responds(401, () => listOrganizations(scopedKey())),
  identities: () => {
    const reply = reads.getIdentity!;
    const { is_user, is_organization, is_partner, is_system }: Received<"Identity"> = itemsIn(reply)[0] ?? {};
    const kinds = [is_user, is_organization, is_partner, is_system].filter(Boolean);
    expectReply(reply, kinds.length === 1, `${kinds.length} kinds`);
  },
  "system-roles": () => {
    const reply = reads.listRoles!;
    const roles: Received<"Role">[] = itemsIn(reply);
    const missing = ["Admin", "Member", "Editor", "Sync Editor", "Viewer"].filter(
      (wanted) => !roles.some(({ name, system }) => name === wanted && system === true),
    );
    expectReply(reply, missing.length === 0, `without ${missing.join(", ")}`);
  },
  "no-roles": () => expectNull("role_ids"),
  "null-harbors": () => expectNull("harbor_ids"),
  "required-fields": () => expectFields(LISTS, ["id", "email", "organization_id"]),
  "required-organization-fields": () => expectFields(["listOrganizations", "getCurrentOrganization"], ["id", "name"]),
  "required-role-fields": () => expectFields(["listRoles"], ["id", "name"]),
  "required-data": () => {
    const successes = replies.filter(({ status, version }) => status === 200 && version === API_VERSION);
    if (successes.length === 0) notTested("no success");
    for (const reply of successes)
      expectReply(reply, (bodyOf(reply) as Received<"UserEnvelope">).data !== undefined, "no data");
  },
  "null-metadata": () => {
    const hasNull = replies.some((reply) => (bodyOf(reply) as Received<"ApiError">).metadata === null);
    if (!hasNull) notTested("no error whose metadata is null");
  },
  "request-id": () => {
    const names = new Set(replies.flatMap(({ headerNames }) => headerNames));
    if (names.has("x-request-id")) return;
    const others = [...names].filter((name) => /^(?:x-)?[a-z]{0,20}-?(?:request|trace|correlation)-?id$/.test(name));
    notTested(`no response has x-request-id; similar headers: ${others.join(", ") || "none"}`);
  },
});

compareResponses(READS);
listUntestedAssumptions();
