/** What can be learned with GET requests only. */
import { randomUUID } from "node:crypto";
import { API_VERSION } from "../../../generated/contract.ts";
import type { Reply } from "./exchange.ts";
import { all, dataOf, describeWithVersion, expect, expectStatus, fieldOf, notTested, type Finding } from "./finding.ts";
import { basic, bearer, type Call, type Exchanged, type Lab, type OperationId } from "./lab.ts";
import { isUuid } from "../../../src/formats.ts";

/** One of the two families of operations, as a key of the target can call it. */
export interface Family {
  readonly name: "current" | "partner";
  readonly as: string;
  /** The path parameters of all its operations. */
  readonly path: Readonly<Record<string, string>>;
  /** The response to its list operation. */
  readonly list: Reply;
}

/** The families that the keys of the target can call, and what their lists contain. */
export interface Ground {
  readonly current: Family;
  readonly partner: Family | undefined;
  /** The organization of the API key, which a user in its list names. */
  readonly ownOrganization: string | undefined;
}

type Action = "list" | "create" | "get" | "update" | "delete";

const OPERATION_OF: Record<Family["name"], Record<Action, OperationId>> = {
  current: {
    list: "listCurrentOrgUsers",
    create: "createCurrentOrgUser",
    get: "getCurrentOrgUser",
    update: "updateCurrentOrgUser",
    delete: "deleteCurrentOrgUser",
  },
  partner: {
    list: "listPartnerUsers",
    create: "createPartnerUser",
    get: "getPartnerUser",
    update: "updatePartnerUser",
    delete: "deletePartnerUser",
  },
};

/** The call of an operation in a family. */
export function callOf(family: Omit<Family, "list">, action: Action, id?: string): Call {
  const path = id === undefined ? family.path : { ...family.path, id };
  return { operation: OPERATION_OF[family.name][action], as: family.as, path };
}

/** Lists the users of both families, and gets one of each list. */
export async function survey(lab: Lab): Promise<Ground> {
  const { apiKey, partnerKey, organizationId } = lab.target;
  const current = await surveyFamily(lab, "current", currentCredential(lab), {});
  const ownOrganization = apiKey === undefined ? undefined : (organizationOf(current) ?? organizationId);
  const org_id = (partnerKey === undefined ? undefined : organizationId) ?? ownOrganization;
  const credential = partnerKey ?? apiKey;
  const partner =
    org_id === undefined ? undefined : await surveyFamily(lab, "partner", bearer(credential!), { org_id });
  return { current, partner, ownOrganization };
}

function currentCredential({ target: { apiKey, partnerKey, organizationId } }: Lab): string {
  return apiKey === undefined ? basic(organizationId!, partnerKey!) : bearer(apiKey);
}

async function surveyFamily(lab: Lab, name: Family["name"], as: string, path: Family["path"]): Promise<Family> {
  const list = await lab.send(callOf({ name, as, path }, "list"));
  const family: Family = { name, as, path, list };
  const id = usersIn(list)
    .map((user) => fieldOf(user, "id"))
    .find(isUuid);
  if (id !== undefined) await lab.send(callOf(family, "get", id));
  return family;
}

function organizationOf(family: Family): string | undefined {
  return usersIn(family.list)
    .map((user) => fieldOf(user, "organization_id"))
    .find(isUuid);
}

export function usersIn(list: Reply): unknown[] {
  const users = dataOf(list);
  return Array.isArray(users) ? (users as unknown[]) : [];
}

/** A family whose list was returned. */
function readable({ current, partner }: Ground): Family | undefined {
  return [current, partner].find((family) => family !== undefined && isListed(family));
}

/** Whether a list got a complete response. */
export function hasResponse({ current, partner }: Ground): boolean {
  return [current, partner].some((family) => family && family.list.failure === undefined);
}

export function isListed({ list }: Family): boolean {
  return list.failure === undefined && list.status === 200;
}

/** A probe of an assumption in spec/assumptions.yaml, by the id of the assumption. */
export const READS: Readonly<Record<string, (lab: Lab, ground: Ground) => Promise<Finding> | Finding>> = {
  "no-version": withList(async (lab, family) => {
    const reply = await lab.send({ ...callOf(family, "list"), version: null });
    return { ...expect(reply, ({ version }) => version === "2021-05-23"), evidence: describeWithVersion(reply) };
  }),
  "unknown-version": withList(async (lab, family) => {
    const reply = await lab.send({ ...callOf(family, "list"), version: "1999-12-31" });
    return { ...expectStatus(reply, 400), evidence: describeWithVersion(reply) };
  }),
  "older-versions": withList(async (lab, family) => {
    const versions = ["2024-02-08", "2023-04-25", "2022-12-12", "2021-05-23"];
    const findings: Finding[] = [];
    for (const version of versions) {
      const reply = await lab.send({ ...callOf(family, "list"), version });
      findings.push({
        ...expect(reply, (answered) => answered.status === 200 && answered.version === version),
        evidence: describeWithVersion(reply),
      });
    }
    return all(findings);
  }),
  "wrong-key": async (lab, ground) => {
    return expectStatus(await lab.send({ ...callOf(ground.current, "list"), as: bearer("not-a-valid-key") }), 401);
  },
  "malformed-id": withList(async (lab, family) => {
    return expectStatus(await lab.send(callOf(family, "get", "not-a-uuid")), 404);
  }),
  "unknown-organization": async (lab) => {
    const { partnerKey } = lab.target;
    if (partnerKey === undefined) return notTested(NEEDS_PARTNER_KEY);
    return expectStatus(await listPartner(lab, bearer(partnerKey), randomUUID()), 404);
  },
  "api-key-other-organization": async (lab) => {
    const { apiKey } = lab.target;
    if (apiKey === undefined) return notTested(NEEDS_API_KEY);
    return expectStatus(await listPartner(lab, bearer(apiKey), randomUUID()), 403);
  },
  "api-key-on-partner": async (lab, { ownOrganization }) => {
    const { apiKey } = lab.target;
    if (apiKey === undefined) return notTested(NEEDS_API_KEY);
    if (ownOrganization === undefined) return notTested("needs a user in the list, or POLYTOMIC_ORGANIZATION_ID");
    return expectStatus(await listPartner(lab, bearer(apiKey), ownOrganization), 200);
  },
  "api-key-as-basic": async (lab, { ownOrganization }) => {
    const { apiKey } = lab.target;
    if (apiKey === undefined) return notTested(NEEDS_API_KEY);
    if (ownOrganization === undefined) return notTested("needs a user in the list, or POLYTOMIC_ORGANIZATION_ID");
    lab.names.conceal(basic(ownOrganization, apiKey).slice("Basic ".length));
    return expectStatus(await lab.send({ operation: "listCurrentOrgUsers", as: basic(ownOrganization, apiKey) }), 403);
  },
  "scoped-key-on-current": withPartnerKey(async (lab, key, organization) => {
    return expectStatus(await lab.send({ operation: "listCurrentOrgUsers", as: basic(organization, key) }), 200);
  }),
  "scoped-key-on-partner": withPartnerKey(async (lab, key, organization) => {
    return expectStatus(await listPartner(lab, basic(organization, key), organization), 200);
  }),
  "partner-key-without-scope": withPartnerKey(async (lab, key) => {
    return expectStatus(await lab.send({ operation: "listCurrentOrgUsers", as: bearer(key) }), 403);
  }),
  "scoped-key-elsewhere": withPartnerKey(async (lab, key, organization) => {
    return expectStatus(await listPartner(lab, basic(organization, key), randomUUID()), 403);
  }),
  "no-roles": (_lab, { current, partner }) => findNull([current, partner], "role_ids"),
  "null-harbors": (_lab, { current }) => findNull([current], "harbor_ids"),
  "required-fields": (_lab, { current, partner }) => {
    const users = [current, partner].flatMap((family) => (family ? usersIn(family.list) : []));
    if (users.length === 0) return notTested("no user in the lists");
    const missing = ["id", "email", "organization_id"].filter((name) =>
      users.some((user) => fieldOf(user, name) === undefined),
    );
    if (missing.length === 0) return { result: "holds", evidence: "every user of the lists has the three fields" };
    return { result: "contradicted", evidence: missing.map((name) => `data[].${name}: a missing field`).join("; ") };
  },
  "required-data": ({ exchanges }) => {
    const current = exchanges.filter(({ reply }) => reply.version === API_VERSION);
    const successes = current.filter(({ reply }) => reply.status === 200);
    return expectEvery(successes, (reply) => dataOf(reply) !== undefined, "data");
  },
  "required-key-value": ({ exchanges }) => {
    const minted = exchanges.filter(({ operation }) => operation === "createPartnerUserApiKey");
    const keys = minted.filter(({ reply }) => dataOf(reply) !== undefined);
    return expectEvery(keys, (reply) => fieldOf(dataOf(reply), "value") !== undefined, "data.value");
  },
  "null-metadata": ({ exchanges }) => {
    const isNull = exchanges.some(({ reply }) => fieldOf(reply.body, "metadata") === null);
    return isNull ? { result: "holds", evidence: "metadata is null in an error" } : notTested("no error has null");
  },
  "request-id": (lab) => {
    const names = lab.exchanges.flatMap(({ reply }) => (reply.failure === undefined ? reply.headerNames : []));
    if (names.includes("x-request-id")) return { result: "holds", evidence: "x-request-id" };
    return notTested("no response has x-request-id; see the names of all headers below");
  },
};

function expectEvery(exchanges: readonly Exchanged[], has: (reply: Reply) => boolean, name: string): Finding {
  if (exchanges.length === 0) return notTested(`no response that should have ${name}`);
  if (exchanges.every(({ reply }) => has(reply))) return { result: "holds", evidence: `always ${name}` };
  return { result: "contradicted", evidence: `${name}: a missing field` };
}

/** That a field can be null shows in one user. That it is never null cannot be seen in any list. */
function findNull(families: readonly (Family | undefined)[], name: string): Finding {
  const users = families.flatMap((family) => (family ? usersIn(family.list) : []));
  return users.some((user) => fieldOf(user, name) === null)
    ? { result: "holds", evidence: `data[].${name} is null for a user` }
    : notTested(`no user in the lists whose ${name} is null`);
}

const NEEDS_API_KEY = "needs POLYTOMIC_API_KEY";
const NEEDS_PARTNER_KEY = "needs POLYTOMIC_PARTNER_KEY or POLYTOMIC_DEPLOYMENT_KEY";

function withList(probe: (lab: Lab, family: Family) => Promise<Finding>) {
  return async (lab: Lab, ground: Ground): Promise<Finding> => {
    const family = readable(ground);
    return family ? probe(lab, family) : notTested("needs a key that can list users");
  };
}

function withPartnerKey(probe: (lab: Lab, key: string, organization: string) => Promise<Finding>) {
  return async (lab: Lab): Promise<Finding> => {
    const { partnerKey, organizationId } = lab.target;
    if (partnerKey === undefined) return notTested(NEEDS_PARTNER_KEY);
    return organizationId === undefined
      ? notTested("needs POLYTOMIC_ORGANIZATION_ID")
      : probe(lab, partnerKey, organizationId);
  };
}

function listPartner(lab: Lab, as: string, org_id: string): Promise<Reply> {
  return lab.send({ operation: "listPartnerUsers", as, path: { org_id } });
}
