/** What one user shows about the API that spec:verify creates before these tests, and deletes after them. */
import { randomUUID } from "node:crypto";
import { beforeAll, inject } from "vitest";
import type { components } from "../../generated/schema.ts";
import {
  compareResponses,
  expectReply,
  expectStatus,
  notTested,
  OPERATION_IDS,
  probeAssumptions,
  replies,
  responds,
  send,
} from "./probe.ts";
import { bearer, bodyOf, itemsIn, userIn, usersIn, type Call, type Received, type Reply } from "./request.ts";
import { callOf, type CreatedUser, type Creates, type Family } from "./user.ts";

type UpdateBody = Partial<components["schemas"]["UpdatePartnerUserRequest"]>;

const creates = inject("creates");
const user = inject("user");

function own(): CreatedUser {
  return typeof user === "string" ? notTested(user) : user;
}

/** The response to a create. */
const created = (name: keyof Creates): Reply =>
  creates[name] ?? notTested(typeof user === "string" ? user : "no response");

/** A partner update requires the address. */
function update(body: UpdateBody, more: Partial<Call> = {}, family: Family = own().family): Call {
  const { id, email } = own();
  return { ...callOf(family, "update", id), body: family === "Partner" ? { email, ...body } : body, ...more };
}

const deleteOwn = (): Call => callOf(own().family, "delete", own().id);

function expectReplay(reply: Reply, { status, text }: Reply): void {
  expectReply(reply, reply.status === status && reply.text === text, "another response than the first");
}

/** Ends the test unless the user was created in the partner family. */
function inPartnerFamily(): void {
  if (own().family !== "Partner") notTested("needs a key for the partner operations");
}

/** The API keys of the user, in the order of their creation. */
const keys: string[] = [];

function keyIn(reply: Reply): unknown {
  const { data } = bodyOf(reply) as Received<"ApiKeyEnvelope">;
  return (data as Received<"ApiKey"> | undefined)?.value;
}

async function createKey(query: string): Promise<Reply> {
  const path = { id: own().id };
  const reply = await send({ operation: "createPartnerUserApiKey", path, query, idempotencyKey: randomUUID() });
  const key = keyIn(reply);
  if (typeof key === "string") keys.push(key);
  return reply;
}

async function expectKey(key: string | undefined, status: number): Promise<void> {
  if (key === undefined) notTested("needs a key that was created for the user");
  expectStatus(await send({ operation: "listCurrentOrgUsers", as: bearer(key) }), status);
}

// Both families have to respond as the spec says.
beforeAll(async () => {
  replies.push(...Object.values(creates));
  if (typeof user === "string") return;
  const { role_ids: roles } = userIn(creates.first!);
  for (const family of ["CurrentOrg", "Partner"] as const) {
    await send(callOf(family, "get", user.id));
    await send(update(Array.isArray(roles) && roles.length > 0 ? { role_ids: roles as string[] } : {}, {}, family));
  }
});

/** The last of these delete the user. */
probeAssumptions({
  "lower-case-email": () => {
    const first = created("first");
    expectReply(first, userIn(first).email === own().email, "data.email is not in lower case");
  },
  "default-role": () => {
    const first = created("first");
    expectReply(first, userIn(first).role === "user", "data.role is another value");
  },
  "open-invitations": async () => {
    const reply = await send(callOf(own().family, "list"));
    const listed = usersIn(reply).find(({ id }) => String(id).toLowerCase() === own().id);
    expectReply(reply, listed !== undefined, "the new user is not in the list");
    const { role_ids } = userIn(created("first"));
    expectReply(
      reply,
      JSON.stringify(listed?.role_ids) === JSON.stringify(role_ids),
      "other role_ids than after the create",
    );
  },
  "no-harbors": async () => {
    const reply = await send(callOf("CurrentOrg", "get", own().id));
    expectReply(reply, userIn(reply).harbor_ids === null, "data.harbor_ids is not null");
  },
  "taken-address": () => expectStatus(created("otherKey"), 422),
  "replay-same-body": () => expectReplay(created("sameBody"), created("first")),
  "replay-other-body": () => expectReplay(created("otherBody"), created("first")),
  "replay-other-version": () => {
    const reply = created("otherVersion");
    expectReplay(reply, created("first"));
    expectReply(reply, reply.version === created("first").version, "another version than the first");
  },
  "malformed-idempotency-key": () => expectStatus(created("malformedKey"), 400),
  "idempotency-on-put": async () => {
    const idempotencyKey = randomUUID();
    const first = await send(update({}, { idempotencyKey }));
    expectReplay(await send(update({ role_ids: [randomUUID()] }, { idempotencyKey })), first);
  },
  "role-with-role-ids": responds(422, () => update({ role: "user", role_ids: [randomUUID()] })),
  "empty-role-ids": responds(422, () => update({ role_ids: [] })),
  "required-body": responds(422, () => update({}, { body: undefined })),
  "body-not-an-object": responds(422, () => update({}, { body: [] })),
  "unknown-fields": responds(200, () => update({ unknown_field: true } as UpdateBody)),
  "content-type": responds(200, () => update({}, { contentType: "text/plain" })),
  "known-roles": responds(422, () => update({ role_ids: [randomUUID()] })),
  "legacy-names": async () => {
    const roles: Received<"Role">[] = itemsIn(await send({ operation: "listRoles" }));
    for (const [name, legacyName] of [
      ["Viewer", "viewer"],
      ["Member", "user"],
    ] as const) {
      const id = roles.find((role) => role.name === name)?.id;
      if (typeof id !== "string") notTested(`no role ${name} in the list`);
      const reply = await send(update({ role_ids: [id] }));
      expectReply(reply, userIn(reply).role === legacyName, `data.role is not ${legacyName}`);
    }
  },
  "partner-update-email": async () => {
    inPartnerFamily();
    const reply = await send(update({ email: "someone.else@example.com" }));
    expectReply(reply, String(userIn(reply).email).toLowerCase() === own().email, "data.email has changed");
  },
  "patch-in-older-versions": async () => {
    inPartnerFamily();
    for (const version of ["2023-04-25", "2022-12-12"]) {
      expectStatus(await send(update({}, { method: "PATCH", version })), 200);
    }
  },
  "keys-without-force": async () => {
    const first = await createKey("");
    if (first.status !== 200) notTested(`no key was created (${first.summary})`);
    expectStatus(await createKey(""), 200);
    await expectKey(keys[0], 200);
  },
  "force-revokes-keys": async () => {
    const earlier = [...keys];
    if (earlier.length === 0) notTested("needs a key that was created without `force`");
    expectStatus(await createKey("?force=true"), 200);
    for (const key of earlier) await expectKey(key, 401);
  },
  "malformed-force": async () => expectStatus(await createKey("?force=maybe"), 400),
  "required-key-value": () => {
    const successes = replies.filter((reply) => reply.operation === "createPartnerUserApiKey" && reply.status === 200);
    if (successes.length === 0) notTested("no key was created");
    for (const reply of successes) expectReply(reply, keyIn(reply) !== undefined, "no data.value");
  },
  "delete-returns-user": async () => {
    const reply = await send(deleteOwn());
    expectReply(reply, String(userIn(reply).id).toLowerCase() === own().id, "not the deleted user");
  },
  "second-delete": responds(404, deleteOwn),
  "update-of-unknown-user": responds(404, () => update({})),
  "delete-revokes-keys": () => expectKey(keys.at(-1), 401),
});

compareResponses(OPERATION_IDS);
