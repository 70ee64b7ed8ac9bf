/** What one user shows about the API that spec:verify creates before these tests, and deletes after them. */
import { randomUUID } from "node:crypto";
import type { components } from "../../generated/schema.ts";
import { inject } from "vitest";
import {
  expectReply,
  expectStatus,
  expectThat,
  notTested,
  probe,
  probeAssumptions,
  replies,
  responds,
  type Send,
} from "./probe.ts";
import { bearer, dataOf, fieldsOf, userIn, type Call, type Received, type Reply } from "./request.ts";
import { callOf, type CreatedUser, type Family } from "./user.ts";

type UpdateBody = Partial<components["schemas"]["UpdatePartnerUserRequest"]>;

function created(): CreatedUser {
  const user = inject("user");
  return typeof user === "string" ? notTested(user) : user;
}

/** The only calls that change anything: of the user that this run created. */
const own = {
  update: (body: UpdateBody, more: Partial<Call> = {}): Call => own.updateIn(created().family, body, more),
  /** A partner update requires the address. */
  updateIn: (family: Family, body: UpdateBody, more: Partial<Call> = {}): Call => {
    const { id, email } = created();
    return { ...callOf(family, "update", id), body: family === "Partner" ? { email, ...body } : body, ...more };
  },
  delete: (): Call => callOf(created().family, "delete", created().id),
  createKey: (query: string): Call => ({
    operation: "createPartnerUserApiKey",
    path: { id: created().id },
    query,
    idempotencyKey: randomUUID(),
  }),
};

function expectReplay(reply: Reply, { status, text }: Reply): void {
  expectReply(reply, reply.status === status && reply.text === text, "another response than the first");
}

/** Ends the test unless the user was created in the partner family. */
function inPartnerFamily(): void {
  if (created().family !== "Partner") notTested("needs a key for the partner operations");
}

/** The API keys of the user, in the order of their creation. */
const keys: string[] = [];

async function createKey(send: Send, query: string): Promise<Reply> {
  const reply = await send(own.createKey(query));
  const { value } = fieldsOf(dataOf(reply)) as Received<"ApiKey">;
  if (typeof value === "string" && /^[\x21-\x7e]+$/.test(value)) keys.push(value);
  return reply;
}

async function expectKey(send: Send, key: string | undefined, status: number): Promise<void> {
  if (key === undefined) notTested("needs a key that was created for the user");
  expectStatus(await send({ operation: "listCurrentOrgUsers", as: bearer(key) }), status);
}

for (const family of ["CurrentOrg", "Partner"] as const) {
  probe(`get${family}User and update${family}User respond as the spec says`, async (send) => {
    const {
      id,
      replies: { first },
    } = created();
    const { role_ids: roles } = userIn(first);
    const get = await send(callOf(family, "get", id));
    const update = await send(
      own.updateIn(family, Array.isArray(roles) && roles.length > 0 ? { role_ids: roles as string[] } : {}),
    );
    for (const { status, summary } of [get, update]) if (status !== 200) notTested(summary);
  });
}

/** The last of these delete the user. */
probeAssumptions({
  "lower-case-email": () => {
    const {
      email,
      replies: { first },
    } = created();
    expectReply(first, userIn(first).email === email, "data.email is not in lower case");
  },
  "default-role": () => {
    const { first } = created().replies;
    expectReply(first, userIn(first).role === "user", "data.role is another value");
  },
  "no-harbors": async (send) => {
    const user = await send(callOf("CurrentOrg", "get", created().id));
    expectReply(user, userIn(user).harbor_ids === null, "data.harbor_ids is not null");
  },
  "taken-address": () => expectStatus(created().replies.otherKey, 422),
  "replay-same-body": () => expectReplay(created().replies.sameBody, created().replies.first),
  "replay-other-body": () => expectReplay(created().replies.otherBody, created().replies.first),
  "replay-other-version": () => {
    const { otherVersion, first } = created().replies;
    expectReplay(otherVersion, first);
    expectReply(otherVersion, otherVersion.version === first.version, "another version than the first");
  },
  "malformed-idempotency-key": () => expectStatus(created().replies.malformedKey, 400),
  "idempotency-on-put": async (send) => {
    const idempotencyKey = randomUUID();
    const first = await send(own.update({}, { idempotencyKey }));
    expectReplay(await send(own.update({ role_ids: [randomUUID()] }, { idempotencyKey })), first);
  },
  "role-with-role-ids": responds(422, () => own.update({ role: "user", role_ids: [randomUUID()] })),
  "empty-role-ids": responds(422, () => own.update({ role_ids: [] })),
  "required-body": responds(422, () => own.update({}, { body: undefined })),
  "body-not-an-object": responds(422, () => own.update({}, { body: [] })),
  "unknown-fields": responds(200, () => own.update({ unknown_field: true } as UpdateBody)),
  "content-type": responds(200, () => own.update({}, { contentType: "text/plain" })),
  "any-role": responds(200, () => own.update({ role_ids: [randomUUID()] })),
  "role-names": async (send) => {
    const user = await send(own.update({ role: "User" }));
    expectReply(user, userIn(user).role === "user", "data.role is not in lower case");
  },
  "partner-update-email": async (send) => {
    inPartnerFamily();
    const user = await send(own.update({ email: "someone.else@example.com" }));
    const { email } = userIn(user);
    expectReply(user, typeof email === "string" && email.toLowerCase() === created().email, "data.email has changed");
  },
  "patch-in-older-versions": async (send) => {
    inPartnerFamily();
    for (const version of ["2023-04-25", "2022-12-12"]) {
      expectStatus(await send(own.update({}, { method: "PATCH", version })), 200);
    }
  },
  "keys-without-force": async (send) => {
    const first = await createKey(send, "");
    if (dataOf(first) === undefined) notTested(`no key was created (${first.summary})`);
    expectStatus(await createKey(send, ""), 200);
    await expectKey(send, keys[0], 200);
  },
  "force-revokes-keys": async (send) => {
    const earlier = [...keys];
    if (earlier.length === 0) notTested("needs a key that was created without `force`");
    expectStatus(await createKey(send, "?force=true"), 200);
    for (const key of earlier) await expectKey(send, key, 401);
  },
  "malformed-force": async (send) => expectStatus(await createKey(send, "?force=maybe"), 400),
  "required-key-value": () => {
    const responses = replies.filter((reply) => reply.operation === "createPartnerUserApiKey" && reply.status === 200);
    if (responses.length === 0) notTested("no key was created");
    const values = responses.map((reply) => (fieldsOf(dataOf(reply)) as Received<"ApiKey">).value);
    expectThat(
      values.every((value) => value !== undefined),
      "a key without data.value",
    );
  },
  "delete-returns-user": async (send) => {
    const user = await send(own.delete());
    const { id } = userIn(user);
    expectReply(user, typeof id === "string" && id.toLowerCase() === created().id, "not the deleted user");
  },
  "second-delete": responds(404, () => own.delete()),
  "update-of-unknown-user": responds(404, () => own.update({})),
  "delete-revokes-keys": async (send) => expectKey(send, keys.at(-1), 401),
});
