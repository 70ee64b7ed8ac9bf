/** What can be learned with one user that this run creates and deletes. */
import { randomUUID } from "node:crypto";
import { addressOf, type CreatedUsers } from "./created.ts";
import type { Reply } from "./exchange.ts";
import { all, dataOf, describe, expect, expectStatus, fieldOf, notTested, type Finding } from "./finding.ts";
import { bearer, type Call, type Lab } from "./lab.ts";
import { callOf, type Family } from "./reads.ts";

/** The created user, and the means to work with it. */
export interface Work {
  readonly lab: Lab;
  /** The family in which the user was created. */
  readonly family: Family;
  /** The other family, if a key can call it. */
  readonly other: Family | undefined;
  readonly users: CreatedUsers;
  /** The address in lower case. */
  readonly email: string;
  readonly id: string;
  /** The request that created the user, and its response. */
  readonly creation: { readonly call: Call; readonly reply: Reply };
  /** The API keys that were minted for the user. */
  readonly minted: string[];
}

/** The create sends the address in upper case, to see what the API stores. */
export function creationCall(family: Family, email: string): Call {
  return { ...callOf(family, "create"), body: { email: email.toUpperCase() }, idempotencyKey: randomUUID() };
}

/** Gets and updates the user once per family, so that the report covers these operations. */
export async function exercise({ lab, users, family, other, email, id, creation }: Work): Promise<void> {
  const role_ids = fieldOf(dataOf(creation.reply), "role_ids");
  const roles = Array.isArray(role_ids) && role_ids.length > 0 ? { role_ids } : {};
  for (const each of other ? [family, other] : [family]) {
    await lab.send(callOf(each, "get", id));
    await users.change({ ...callOf(each, "update", id), body: bodyFor(each, email, roles) });
  }
}

/** A partner update requires the address. */
function bodyFor(family: Family, email: string, body: object): object {
  return family.name === "partner" ? { email, ...body } : body;
}

function update({ users, family, email, id }: Work, body: object, more: Partial<Call> = {}): Promise<Reply> {
  return users.change({ ...callOf(family, "update", id), body: bodyFor(family, email, body), ...more });
}

/** A create with the address of the user, who exists. If it creates another user, that one is deleted at the end. */
async function createAgain({ users, creation }: Work, change: Partial<Call>): Promise<Reply> {
  return (await users.create({ ...creation.call, ...change })).reply;
}

function isReplay(reply: Reply, first: Reply): boolean {
  if (reply.failure !== undefined || first.failure !== undefined) return false;
  return reply.status === first.status && reply.text === first.text;
}

function expectReplay(reply: Reply, first: Reply): Finding {
  const same = isReplay(reply, first);
  return expect(reply, () => same, same ? "the first response again" : "another response than the first");
}

/** Probes by the id of the assumption, in the order in which they run: the last ones delete the user. */
export const WRITES: Readonly<Record<string, (work: Work) => Promise<Finding> | Finding>> = {
  "lower-case-email": ({ creation, email }) => {
    const stored = fieldOf(dataOf(creation.reply), "email");
    return expect(creation.reply, () => stored === email, stored === email ? "in lower case" : "not in lower case");
  },
  "default-role": ({ creation }) => {
    const isUser = fieldOf(dataOf(creation.reply), "role") === "user";
    return expect(creation.reply, () => isUser, isUser ? "data.role is the role user" : "data.role is another value");
  },
  "no-harbors": async ({ lab, family, other, id }) => {
    const current = [family, other].find((each) => each?.name === "current");
    if (!current) return notTested("needs a key for the current-organization operations");
    const reply = await lab.send(callOf(current, "get", id));
    const isNull = fieldOf(dataOf(reply), "harbor_ids") === null;
    return expect(reply, () => isNull, isNull ? "data.harbor_ids is null" : "data.harbor_ids is not null");
  },
  "taken-address": async (work) => {
    return expectStatus(await createAgain(work, { idempotencyKey: randomUUID() }), 422);
  },
  "replay-same-body": async (work) => expectReplay(await createAgain(work, {}), work.creation.reply),
  "replay-other-body": async (work) => {
    const reply = await createAgain(work, { body: { email: work.email, role: "user" } });
    return expectReplay(reply, work.creation.reply);
  },
  "replay-other-version": async (work) => {
    const reply = await createAgain(work, { version: "2024-02-08" });
    const finding = expectReplay(reply, work.creation.reply);
    const first = work.creation.reply;
    const isFirst = reply.failure === undefined && first.failure === undefined && reply.version === first.version;
    return isFirst || finding.result === "not tested" ? finding : { ...finding, result: "contradicted" };
  },
  "malformed-idempotency-key": async (work) => expectStatus(await createAgain(work, { idempotencyKey: "short" }), 400),
  "idempotency-on-put": async (work) => {
    const idempotencyKey = randomUUID();
    const first = await update(work, {}, { idempotencyKey });
    return expectReplay(await update(work, { role_ids: [randomUUID()] }, { idempotencyKey }), first);
  },
  "role-with-role-ids": async (work) => {
    return expectStatus(await update(work, { role: "user", role_ids: [randomUUID()] }), 422);
  },
  "empty-role-ids": async (work) => expectStatus(await update(work, { role_ids: [] }), 422),
  "required-body": async (work) => expectStatus(await update(work, {}, { body: undefined }), 422),
  "body-not-an-object": async (work) => expectStatus(await update(work, {}, { body: [] }), 422),
  "unknown-fields": async (work) => expectStatus(await update(work, { unknown_field: true }), 200),
  "content-type": async (work) => expectStatus(await update(work, {}, { contentType: "text/plain" }), 200),
  "any-role": async (work) => expectStatus(await update(work, { role_ids: [randomUUID()] }), 200),
  "role-names": async (work) => {
    const reply = await update(work, { role: "User" });
    const isLower = fieldOf(dataOf(reply), "role") === "user";
    return expect(reply, () => isLower, isLower ? "data.role in lower case" : "data.role not in lower case");
  },
  "partner-update-email": async (work) => {
    if (work.family.name !== "partner") return notTested(NEEDS_PARTNER_FAMILY);
    const reply = await update(work, { email: "someone.else@example.com" });
    const isUnchanged = addressOf(dataOf(reply)) === work.email;
    return expect(reply, () => isUnchanged, isUnchanged ? "data.email unchanged" : "data.email not as before");
  },
  "patch-in-older-versions": async (work) => {
    if (work.family.name !== "partner") return notTested(NEEDS_PARTNER_FAMILY);
    const patches: Finding[] = [];
    for (const version of ["2023-04-25", "2022-12-12"]) {
      patches.push(expectStatus(await update(work, {}, { method: "PATCH", version }), 200));
    }
    return all(patches);
  },
  "keys-without-force": async (work) => {
    const first = await mint(work, "");
    if (!first) return notTested(NEEDS_PARTNER_FAMILY);
    if (dataOf(first) === undefined) return notTested(`no key was created (${describe(first)})`);
    const second = await mint(work, "");
    return all([expectStatus(second!, 200), expectStatus(await tryKey(work, work.minted[0]!), 200)]);
  },
  "force-revokes-keys": async (work) => {
    const earlier = [...work.minted];
    if (earlier.length === 0) return notTested("needs a key that was created without `force`");
    const reply = (await mint(work, "?force=true"))!;
    const findings = [expectStatus(reply, 200)];
    for (const key of earlier) findings.push(expectStatus(await tryKey(work, key), 401));
    return all(findings);
  },
  "malformed-force": async (work) => {
    const reply = await mint(work, "?force=maybe");
    return reply ? expectStatus(reply, 400) : notTested(NEEDS_PARTNER_FAMILY);
  },
  "delete-returns-user": async (work) => {
    const reply = await work.users.change(callOf(work.family, "delete", work.id));
    const id = fieldOf(dataOf(reply), "id");
    const isUser = typeof id === "string" && id.toLowerCase() === work.id;
    return expect(reply, () => isUser, isUser ? "the deleted user" : "not the deleted user");
  },
  "second-delete": async (work) => {
    return expectStatus(await work.users.change(callOf(work.family, "delete", work.id)), 404);
  },
  "update-of-unknown-user": async (work) => expectStatus(await update(work, {}), 404),
  "delete-revokes-keys": async (work) => {
    const latest = work.minted.at(-1);
    return latest === undefined
      ? notTested("needs a key that was created for the user")
      : expectStatus(await tryKey(work, latest), 401);
  },
};

const NEEDS_PARTNER_FAMILY = "needs a key for the partner operations";

/** Creates an API key for the user. `undefined` if no key of the target can call the partner family. */
async function mint({ users, family, other, id, minted }: Work, query: string): Promise<Reply | undefined> {
  const partner = [family, other].find((each) => each?.name === "partner");
  if (!partner) return undefined;
  const reply = await users.change({
    operation: "createPartnerUserApiKey",
    as: partner.as,
    path: { ...partner.path, id },
    query,
    idempotencyKey: randomUUID(),
  });
  const value = fieldOf(dataOf(reply), "value");
  if (typeof value === "string" && /^[\x21-\x7e]+$/.test(value)) minted.push(value);
  return reply;
}

function tryKey({ lab }: Work, key: string): Promise<Reply> {
  return lab.send({ operation: "listCurrentOrgUsers", as: bearer(key) });
}
