import { expect, test } from "vitest";
import { InvalidArgumentError, Polytomic } from "../../src/index.ts";
import {
  applySync,
  planSync,
  type PlanOptions,
  type SyncPlan,
  type SyncReport,
  type WantedUser,
} from "../../src/sync/index.ts";
import { createSandbox, type Sandbox, type SeedUser, type SnapshotUser } from "../../src/testing/index.ts";
import { ADMIN, EDITOR, MEMBER, ORGANIZATION, ROLES, wanted } from "./people.ts";

const BOSS = "boss@acmecorp.com";
const SEED: readonly SeedUser[] = [
  { email: BOSS, role_ids: [ADMIN] },
  ...Array.from("abcd", (name) => ({ email: `${name}@acmecorp.com`, role_ids: [MEMBER] })),
];
const EVERYBODY = SEED.map(({ email }) => wanted(email));
const without = (...names: string[]): WantedUser[] =>
  EVERYBODY.filter(({ email }) => !names.includes(email.split("@")[0]!));
const NEW = "new@acmecorp.com";
const people = (count: number): WantedUser[] =>
  Array.from({ length: count }, (_, index) => wanted(`new-${index}@acmecorp.com`));

interface Scene {
  readonly sandbox: Sandbox;
  /** The users of the organization, with the family's own client. */
  readonly users: Parameters<typeof applySync>[0];
  readonly plan: SyncPlan;
  /** What somebody else does. */
  readonly others: Polytomic["users"];
  readonly idOf: (email: string) => string;
  /** Sends the requests of the client. A test can replace it after the plan was made. */
  send: (request: Request) => Promise<Response>;
}

interface SceneOptions extends PlanOptions {
  readonly family?: "partner" | "current";
  readonly seed?: readonly SeedUser[];
  readonly maxRetries?: number;
}

/** Makes a plan for a list. The client retries nothing, so that every failure reaches `applySync`. */
async function prepare(
  list: readonly WantedUser[],
  { family = "partner", seed = SEED, maxRetries = 0, ...options }: SceneOptions = {},
): Promise<Scene> {
  const sandbox = createSandbox({ organizations: [{ users: seed, roles: ROLES }, {}] });
  const key = family === "partner" ? { partnerKey: sandbox.partnerKey } : { apiKey: sandbox.apiKey };
  const polytomic = new Polytomic({ ...key, fetch: (input, init) => scene.send(new Request(input, init)), maxRetries });
  const users = family === "partner" ? polytomic.organization(sandbox.organizationId).users : polytomic.users;
  const others = new Polytomic({ apiKey: sandbox.apiKey, fetch: sandbox.fetch }).users;
  const idOf = (email: string): string => recordsOf(sandbox).find((each) => each.email === email)!.id;
  const plan = planSync(recordsOf(sandbox), list, { roles: ROLES, maxDelete: "100%", ...options });
  const scene: Scene = { sandbox, users, plan, others, idOf, send: sandbox.fetch };
  return scene;
}

function recordsOf(sandbox: Sandbox): readonly SnapshotUser[] {
  return sandbox.snapshot().organizations[0]!.users;
}

const rolesOf = (sandbox: Sandbox): Record<string, readonly string[] | null | undefined> =>
  Object.fromEntries(recordsOf(sandbox).map(({ email, role_ids }) => [email, role_ids]));

/** The requests as `<method> <address or id>`. */
function requestsOf({ sandbox }: Scene, from = 0): string[] {
  return sandbox.requests.slice(from).map(({ method, target, body }) => {
    const email = (body as { email?: string } | undefined)?.email;
    return [method, email ?? /\/users\/(.+)$/.exec(target)?.[1] ?? ""].join(" ").trim();
  });
}

/** The outcomes as `<action> <address>: <result>`. */
const shortly = ({ outcomes }: SyncReport): string[] =>
  outcomes.map(({ step, result }) => `${step.action} ${step.email}: ${result}`);

const ALL_KINDS = [
  ...without("a", "b"),
  wanted("b@acmecorp.com", "Admin"),
  wanted(NEW, "Editor"),
  wanted("second@acmecorp.com"),
].map((each) => (each.email === BOSS ? wanted(BOSS, "Member") : each));

test.each(["partner", "current"] as const)(
  "the users of the %s family are created, then changed, an admin last, and then deleted, after a list each time",
  async (family) => {
    const scene = await prepare(ALL_KINDS, { family });
    const { sandbox, users, plan, idOf } = scene;
    const [a, b, boss] = ["a@acmecorp.com", "b@acmecorp.com", BOSS].map((email) => ({ email, id: idOf(email) }));
    const report = await applySync(users, plan, { concurrency: 1 });
    expect(report).toMatchObject({ isComplete: true, counts: { done: 5, failed: 0, unknown: 0, "not started": 0 } });
    const named = family === "partner" ? "email" : "id";
    expect(requestsOf(scene)).toEqual([
      "GET",
      `POST ${NEW}`,
      "POST second@acmecorp.com",
      "GET",
      `PUT ${b![named]}`,
      "GET",
      `PUT ${boss![named]}`,
      "GET",
      `DELETE ${a!.id}`,
    ]);
    expect(rolesOf(sandbox)).toMatchObject({ [NEW]: [EDITOR], "b@acmecorp.com": [ADMIN], [BOSS]: [MEMBER] });
    expect(rolesOf(sandbox)).not.toHaveProperty(["a@acmecorp.com"]);
  },
);

test("a plan without steps sends nothing", async () => {
  const scene = await prepare(EVERYBODY);
  expect(await applySync(scene.users, scene.plan)).toEqual({
    outcomes: [],
    counts: { done: 0, failed: 0, unknown: 0, "not started": 0 },
    isComplete: true,
  });
  expect(requestsOf(scene)).toEqual([]);
});

test("a plan that was stored as JSON can be applied", async () => {
  const { users, plan, sandbox } = await prepare(ALL_KINDS);
  expect(await applySync(users, JSON.parse(JSON.stringify(plan)) as SyncPlan)).toMatchObject({ isComplete: true });
  expect(recordsOf(sandbox)).toHaveLength(6);
});

test("a plan that is applied twice changes nothing the second time", async () => {
  const scene = await prepare(ALL_KINDS);
  await applySync(scene.users, scene.plan);
  const [before, sent] = [rolesOf(scene.sandbox), scene.sandbox.requests.length];
  expect(await applySync(scene.users, scene.plan)).toMatchObject({ isComplete: true, counts: { done: 5 } });
  expect(requestsOf(scene, sent)).toEqual(["GET"]);
  expect(rolesOf(scene.sandbox)).toEqual(before);
});

test("as many calls run at the same time as `concurrency` says", async () => {
  let [now, most] = [0, 0];
  const scene = await prepare([...EVERYBODY, ...people(20)]);
  scene.send = async (request) => {
    most = Math.max(most, ++now);
    const response = await scene.sandbox.fetch(request);
    await new Promise((resolve) => setImmediate(resolve));
    now--;
    return response;
  };
  await applySync(scene.users, scene.plan, { concurrency: 3 });
  expect(most).toBe(3);
});

test("16 calls at a time lose nobody to a rate limit, with the client's default retries", async () => {
  const { users, plan, sandbox } = await prepare([...EVERYBODY, ...people(60)], { maxRetries: 2 });
  sandbox.rateLimit({ requests: 30, per: 1_000 });
  expect(await applySync(users, plan, { concurrency: 16 })).toMatchObject({ isComplete: true, counts: { done: 60 } });
  expect(sandbox.requests.some(({ status }) => status === 429)).toBe(true);
});

test("creations of two runs have different idempotency keys, so that no earlier response is replayed", async () => {
  const { users, plan, sandbox, others, idOf } = await prepare([...EVERYBODY, wanted(NEW)]);
  await applySync(users, plan);
  await others.delete(idOf(NEW));
  expect(await applySync(users, plan)).toMatchObject({ isComplete: true });
  expect(rolesOf(sandbox)).toHaveProperty([NEW]);
  const keys = sandbox.requests.flatMap(({ headers }) => headers["idempotency-key"] ?? []);
  expect(new Set(keys).size).toBe(2);
});

// What ends a run, or keeps users from being deleted

test("a plan with objections is refused before anything is sent, with the first objection", async () => {
  const scene = await prepare([...without("a"), wanted("\u{200b}a@acmecorp.com"), wanted("b.@acmecorp.com")]);
  await expect(applySync(scene.users, scene.plan)).rejects.toThrow(
    new InvalidArgumentError(
      'The plan has 2 objections, in `plan.objections`, so nothing was changed. Entry 5: the address "<U+200B>a@acmecorp.com" contains U+200B (zero width space). Correct the entry.',
      { argument: "plan" },
    ),
  );
  expect(requestsOf(scene)).toEqual([]);
});

test("a plan for another organization is refused before anything is changed", async () => {
  const { users, plan, sandbox, others } = await prepare([...EVERYBODY, wanted(NEW)]);
  const other = { ...plan, checks: { ...plan.checks, organization_id: EDITOR } };
  await expect(applySync(users, other)).rejects.toThrow(
    `The plan was made for the organization ${EDITOR}, not for ${ORGANIZATION}.`,
  );
  expect(sandbox.requests.every(({ method }) => method === "GET")).toBe(true);
  for (const { id } of await others.list()) await others.delete(id);
  const report = await applySync(users, plan);
  expect(report.outcomes).toMatchObject([
    { result: "not started", note: "The organization has no users any more. Make a new plan." },
  ]);
});

test.each([
  ["a creation", { operation: "createPartnerUser", status: 422 }, `create ${NEW}: failed`],
  ["a creation", { operation: "createPartnerUser", status: 403 }, `create ${NEW}: failed`],
  ["a creation", { operation: "createPartnerUser", status: 500 }, `create ${NEW}: unknown`],
  ["a creation", { operation: "createPartnerUser", drop: "request" }, `create ${NEW}: unknown`],
  ["a role change", { operation: "updatePartnerUser", status: 403 }, "update b@acmecorp.com: failed"],
  ["a role change", { operation: "updatePartnerUser", status: 404 }, "update b@acmecorp.com: failed"],
  ["a role change", { operation: "updatePartnerUser", status: 429 }, "update b@acmecorp.com: failed"],
] as const)("nobody is deleted if %s is not done (%o)", async (_what, fault, outcome) => {
  const { users, plan, sandbox } = await prepare([
    ...without("a", "b"),
    wanted("b@acmecorp.com", "Editor"),
    wanted(NEW),
  ]);
  sandbox.fail(fault);
  const report = await applySync(users, plan);
  expect(shortly(report)).toContain(outcome);
  expect(report.outcomes.at(-1)).toMatchObject({
    step: { action: "delete" },
    result: "not started",
    note: "Nobody is deleted, because 1 of 2 creations and role changes are not done.",
  });
  expect(report).toMatchObject({ isComplete: false, counts: { done: 1, "not started": 1 } });
  expect(rolesOf(sandbox)).toHaveProperty(["a@acmecorp.com"]);
  expect(await applySync(users, plan)).toMatchObject({ isComplete: true });
});

test("if the users cannot be listed, nothing is started", async () => {
  const scene = await prepare([...without("a"), wanted(NEW)]);
  scene.sandbox.fail({ operation: "listPartnerUsers", status: 403 });
  const report = await applySync(scene.users, scene.plan);
  expect(shortly(report)).toEqual([`create ${NEW}: not started`, "delete a@acmecorp.com: not started"]);
  expect(report.outcomes[0]).toMatchObject({ note: expect.stringMatching(/^The users could not be listed: /) as string, error: { name: "ForbiddenError" } }); // prettier-ignore
  expect(requestsOf(scene)).toEqual(["GET"]);
});

test("if the users cannot be listed again, nobody is deleted", async () => {
  const scene = await prepare([...without("a"), wanted(NEW)]);
  scene.send = async (request) => {
    if (request.method === "POST") scene.sandbox.fail({ operation: "listPartnerUsers", status: 503 });
    return scene.sandbox.fetch(request);
  };
  const report = await applySync(scene.users, scene.plan);
  expect(shortly(report)).toEqual([`create ${NEW}: done`, "delete a@acmecorp.com: not started"]);
  expect(report.outcomes[1]!.note).toMatch(/^The users could not be listed again: /);
});

test("if the API rejects the key, no further step starts", async () => {
  const list = [...EVERYBODY, ...people(9)];
  const { users, plan, sandbox } = await prepare(list);
  sandbox.fail({ operation: "createPartnerUser", status: 401 });
  const { counts, outcomes } = await applySync(users, plan, { concurrency: 1 });
  expect(counts).toEqual({ done: 0, failed: 1, unknown: 0, "not started": 8 });
  expect(outcomes.at(-1)).toMatchObject({ note: "The API rejects the key.", error: { name: "UnauthorizedError" } });
});

test("if the API cannot be reached, no further step starts", async () => {
  const scene = await prepare([...EVERYBODY, ...people(9)]);
  scene.send = async (request) => {
    if (request.method === "POST") scene.send = () => Promise.reject(new TypeError("fetch failed"));
    return scene.sandbox.fetch(request);
  };
  const report = await applySync(scene.users, scene.plan, { concurrency: 1 });
  expect(report.counts).toEqual({ done: 1, failed: 0, unknown: 1, "not started": 7 });
  expect(report.outcomes.at(-1)!.note).toMatch(/^The users could not be listed again: /);
});

test("a failure that is not an error of this package is an outcome as well", async () => {
  const scene = await prepare([...EVERYBODY, wanted(NEW)]);
  scene.send = async (request) => {
    if (request.method === "POST") throw new RangeError("out of luck");
    return scene.sandbox.fetch(request);
  };
  const { outcomes } = await applySync(scene.users, scene.plan);
  expect(outcomes).toMatchObject([{ result: "unknown", note: "out of luck", error: { name: "RangeError" } }]);
});

// Lost responses

test.each([
  ["creation", "createPartnerUser"],
  ["role change", "updatePartnerUser"],
  ["deletion", "deletePartnerUser"],
] as const)("a %s whose response is lost is done, because the users are listed again", async (_what, operation) => {
  const { users, plan, sandbox } = await prepare([
    ...without("a", "b"),
    wanted("b@acmecorp.com", "Editor"),
    wanted(NEW),
  ]);
  sandbox.fail({ operation, drop: "response" });
  expect(await applySync(users, plan)).toMatchObject({ isComplete: true });
  expect(await applySync(users, plan)).toMatchObject({ isComplete: true });
  expect(recordsOf(sandbox)).toHaveLength(5);
});

test("a deletion that may have failed is unknown, and does not stop the others", async () => {
  const { users, plan, sandbox } = await prepare(without("a", "b"));
  sandbox.fail({ operation: "deletePartnerUser", status: 500 });
  expect(shortly(await applySync(users, plan, { concurrency: 1 }))).toEqual(["delete a@acmecorp.com: unknown", "delete b@acmecorp.com: done"]); // prettier-ignore
});

// What somebody else has done since the plan was made

test("a user whom somebody else has created with the roles of the list is done", async () => {
  const scene = await prepare([...EVERYBODY, wanted(NEW, "Editor"), wanted("second@acmecorp.com")]);
  await scene.others.create({ email: NEW, role_ids: [EDITOR] });
  await scene.others.create({ email: "second@acmecorp.com", role_ids: [ADMIN] });
  expect(await applySync(scene.users, scene.plan)).toMatchObject({ isComplete: true });
  expect(requestsOf(scene, 2)).toEqual(["GET"]);
});

test("a user whom somebody else has created with other roles gets those of the list", async () => {
  const { users, plan, sandbox, others } = await prepare([...EVERYBODY, wanted(NEW, "Editor")]);
  await others.create({ email: NEW, role_ids: [MEMBER] });
  expect(await applySync(users, plan)).toMatchObject({ isComplete: true });
  expect(rolesOf(sandbox)[NEW]).toEqual([EDITOR]);
});

test.each([422, 409])(
  "an address that is taken at the last moment (%i) is looked up, and its roles are compared",
  async (status) => {
    const list = [...EVERYBODY, wanted(NEW, "Editor"), wanted("second@acmecorp.com", "Member")];
    const scene = await prepare(list);
    const { sandbox, others, users, plan } = scene;
    scene.send = async (request) => {
      if (request.method !== "POST") return sandbox.fetch(request);
      const { email } = (await request.clone().json()) as { email: string };
      await others.create({ email, role_ids: [MEMBER] });
      const response = await sandbox.fetch(request);
      return new Response(response.body, { status, headers: response.headers });
    };
    const report = await applySync(users, plan);
    expect(report).toMatchObject({ isComplete: true });
    expect(report.outcomes[1]).toMatchObject({ note: "The user existed already." });
    expect(rolesOf(sandbox)).toMatchObject({ [NEW]: [EDITOR], "second@acmecorp.com": [MEMBER] });
    const lists = requestsOf(scene).filter((each) => each === "GET");
    expect(lists).toHaveLength(2); // at the start, and one for both creations
  },
);

test("a listed user whom somebody else has deleted is created again", async () => {
  const { users, plan, sandbox, others, idOf } = await prepare([...without("a"), wanted("a@acmecorp.com", "Editor")]);
  await others.delete(idOf("a@acmecorp.com"));
  const report = await applySync(users, plan);
  expect(report.outcomes).toMatchObject([
    { result: "done", note: "The user had been deleted, and was created again." },
  ]);
  expect(rolesOf(sandbox)["a@acmecorp.com"]).toEqual([EDITOR]);
});

test("a user whom somebody else deletes at the last moment is created again, or done if not listed", async () => {
  const scene = await prepare([...without("a", "b"), wanted("a@acmecorp.com", "Editor")]);
  const old = scene.idOf("a@acmecorp.com");
  scene.send = async (request) => {
    if (/PUT|DELETE/.test(request.method)) await scene.others.delete(request.url.split("/").at(-1)!);
    return scene.sandbox.fetch(request);
  };
  expect((await applySync(scene.users, scene.plan)).outcomes).toMatchObject([
    { result: "done", note: "The user had been deleted, and was created again." },
    { result: "done", note: "The user no longer existed." },
  ]);
  expect(scene.idOf("a@acmecorp.com")).not.toBe(old);
});

test("a user whom somebody else has deleted and created again is not deleted", async () => {
  const { users, plan, sandbox, others, idOf } = await prepare(without("a"));
  await others.delete(idOf("a@acmecorp.com"));
  await others.create({ email: "a@acmecorp.com" });
  expect((await applySync(users, plan)).outcomes).toMatchObject([
    { result: "not started", note: "Somebody has deleted the user and created them again. Make a new plan." },
  ]);
  expect(rolesOf(sandbox)).toHaveProperty(["a@acmecorp.com"]);
});

/** Applies the plan to users of whom `a` has changed since. */
async function applyTo(list: readonly WantedUser[], change: object): Promise<{ report: SyncReport; sandbox: Sandbox }> {
  const scene = await prepare(list);
  const { sandbox } = scene;
  scene.send = async (request) => {
    const response = await sandbox.fetch(request);
    if (request.method !== "GET") return response;
    const { data } = (await response.json()) as { data: SeedUser[] };
    const changed = data.map((each) => (each.email === "a@acmecorp.com" ? { ...each, ...change } : each));
    return Response.json({ data: changed }, { headers: { "x-polytomic-version": "2025-09-18" } });
  };
  return { report: await applySync(scene.users, scene.plan), sandbox };
}

test.each([
  [
    "has another address now",
    { email: "other@acmecorp.com" },
    'The user now has the address "other@acmecorp.com". Make a new plan.',
  ],
  ["can access only harbors now", { harbor_only: true }, "The user can access only harbors now."],
])("a user who %s is not deleted", async (_what, change, note) => {
  const { report, sandbox } = await applyTo(without("a"), change);
  expect(report.outcomes).toMatchObject([{ result: "not started", note }]);
  expect(recordsOf(sandbox)).toHaveLength(5);
});

test.each([
  ["has another address now", { email: "other@acmecorp.com" }, "The user now has another address. Make a new plan."],
  [
    "has an address that looks like another's now",
    { email: "á@acmecorp.com" },
    'An address now looks like that of another user, "á@acmecorp.com". Make a new plan.',
  ],
])("the roles of a user who %s are not changed", async (_what, change, note) => {
  const list = [...without("a"), wanted("a@acmecorp.com", "Editor")];
  const { report, sandbox } = await applyTo(list, change);
  expect(report.outcomes).toMatchObject([{ result: "not started", note }]);
  expect(sandbox.requests.every(({ method }) => method === "GET")).toBe(true);
});

test("a user in `keep` is neither changed nor deleted, even if the plan was edited", async () => {
  const { users, plan, sandbox } = await prepare([...without("a", "b"), wanted("b@acmecorp.com", "Editor")]);
  const edited = { ...plan, checks: { ...plan.checks, keep: ["a@acmecorp.com", "b@acmecorp.com"] } };
  const report = await applySync(users, { ...edited, steps: plan.steps.slice(0, 1) });
  expect(report.outcomes).toMatchObject([{ result: "not started", note: "`keep` contains the user." }]);
  const deletion = await applySync(users, { ...edited, steps: plan.steps.slice(1) });
  expect(deletion.outcomes).toMatchObject([{ result: "not started", note: "`keep` contains the user." }]);
  expect(recordsOf(sandbox)).toHaveLength(5);
});

const TWO_ADMINS = SEED.map((each) => (each.email === "a@acmecorp.com" ? { ...each, role_ids: [ADMIN] } : each));

test.each([
  ["deleted", without("boss")],
  ["demoted", [...without("boss"), wanted(BOSS, "Member")]],
])("an admin is not %s if somebody else has demoted the other one", async (_what, list) => {
  const { users, plan, sandbox, others, idOf } = await prepare(list, { seed: TWO_ADMINS });
  await others.update(idOf("a@acmecorp.com"), { role_ids: [MEMBER] });
  const report = await applySync(users, plan);
  expect(report.outcomes).toMatchObject([{ result: "not started", note: "The user is the last admin." }]);
  expect(rolesOf(sandbox)[BOSS]).toEqual([ADMIN]);
});

test("the last admin is not deleted if the promotion of another user fails", async () => {
  const { users, plan, sandbox } = await prepare([...without("boss", "a"), wanted("a@acmecorp.com", "Admin")]);
  sandbox.fail({ operation: "updatePartnerUser", status: 403 });
  expect(shortly(await applySync(users, plan))).toEqual([
    "update a@acmecorp.com: failed",
    `delete ${BOSS}: not started`,
  ]);
});

test("a user who is created in the run does not count as an admin: the invitation is still open", async () => {
  const list = [
    ...without("boss", "a"),
    wanted(NEW, "Admin"),
    wanted(BOSS, "Member"),
    wanted("a@acmecorp.com", "Admin"),
  ];
  const { users, plan, sandbox, others, idOf } = await prepare(list, { seed: TWO_ADMINS });
  await others.update(idOf("a@acmecorp.com"), { role_ids: [MEMBER] });
  const report = await applySync(users, plan);
  expect(shortly(report)).toEqual([`create ${NEW}: done`, `update ${BOSS}: not started`]);
  expect(rolesOf(sandbox)[BOSS]).toEqual([ADMIN]);
});

test("of several admins to delete, the last one stays if somebody else has demoted the others", async () => {
  const seed = [...TWO_ADMINS, { email: "z@acmecorp.com", role_ids: [ADMIN] }];
  const { users, plan, sandbox, others, idOf } = await prepare([...without("boss", "a"), wanted("z@acmecorp.com")], { seed }); // prettier-ignore
  await others.update(idOf("z@acmecorp.com"), { role_ids: [MEMBER] });
  const report = await applySync(users, plan, { concurrency: 16 });
  expect(shortly(report)).toEqual([`delete ${BOSS}: done`, "delete a@acmecorp.com: not started"]);
  expect(rolesOf(sandbox)["a@acmecorp.com"]).toEqual([ADMIN]);
});

test("if somebody else has deleted so many users that the plan exceeds its limit, nobody is deleted", async () => {
  const { users, plan, sandbox, others, idOf } = await prepare(without("a"), { maxDelete: "20%" });
  await others.delete(idOf("b@acmecorp.com"));
  expect((await applySync(users, plan)).outcomes).toMatchObject([
    {
      result: "not started",
      note: "Nobody is deleted: `maxDelete` now allows 0, and the plan deletes 1.",
    },
  ]);
  expect(recordsOf(sandbox)).toHaveLength(4);
});

test("a plan without known admins creates users, but changes nobody who exists by now", async () => {
  const { users, plan, sandbox, others } = await prepare([...EVERYBODY, wanted(NEW, EDITOR), wanted("second@acmecorp.com")], { roles: undefined }); // prettier-ignore
  await others.create({ email: NEW, role_ids: [ADMIN] });
  expect(shortly(await applySync(users, plan))).toEqual([
    `create ${NEW}: not started`,
    "create second@acmecorp.com: done",
  ]);
  expect(rolesOf(sandbox)[NEW]).toEqual([ADMIN]);
});

// Abort and observation

test("after an abort, running changes finish and no further step starts", async () => {
  const stop = new AbortController();
  const scene = await prepare([...without("a"), ...people(9)]);
  scene.send = async (request) => {
    if (request.method === "POST" && scene.sandbox.requests.length === 3) stop.abort();
    expect(request.signal.aborted).toBe(false);
    return scene.sandbox.fetch(request);
  };
  const report = await applySync(scene.users, scene.plan, { concurrency: 2, signal: stop.signal });
  expect(report.counts).toEqual({ done: 4, failed: 0, unknown: 0, "not started": 6 });
  expect(report.outcomes.at(-1)).toMatchObject({ step: { action: "delete" }, note: "The run was aborted." });
  expect(recordsOf(scene.sandbox)).toHaveLength(9);
  expect(await applySync(scene.users, scene.plan)).toMatchObject({ isComplete: true });
});

test("a signal that is aborted already starts nothing", async () => {
  const scene = await prepare(without("a"));
  const report = await applySync(scene.users, scene.plan, { signal: AbortSignal.abort() });
  expect(report.outcomes).toMatchObject([{ result: "not started", note: "The run was aborted." }]);
  expect(requestsOf(scene)).toEqual([]);
});

test("`onOutcome` receives each outcome once, and cannot end the run", async () => {
  const { users, plan, sandbox } = await prepare([...without("a"), wanted(NEW), wanted("second@acmecorp.com")]);
  sandbox.fail({ operation: "createPartnerUser", status: 403 });
  const seen: unknown[] = [];
  const report = await applySync(users, plan, {
    onOutcome(outcome) {
      seen.push(outcome);
      if (seen.length === 1) throw new Error("a bug of the observer");
      return Promise.reject(new Error("another bug")) as unknown as undefined;
    },
  });
  expect(seen).toHaveLength(3);
  expect(new Set(seen)).toEqual(new Set(report.outcomes));
});

test("a report can be stored as JSON, with the errors", async () => {
  const { users, plan, sandbox } = await prepare([...EVERYBODY, wanted(NEW)]);
  sandbox.fail({ operation: "createPartnerUser", status: 403 });
  const { outcomes } = JSON.parse(JSON.stringify(await applySync(users, plan))) as SyncReport;
  expect(outcomes).toMatchObject([{ result: "failed", error: { name: "ForbiddenError", status: 403 } }]);
});

// Arguments

test("users that are not those of a client are refused", async () => {
  const { plan } = await prepare(EVERYBODY);
  for (const users of [undefined, null, [], {}, { list: [] }]) {
    const applied = applySync(users as unknown as Scene["users"], plan);
    await expect(applied).rejects.toThrow("`users` must be `polytomic.users`");
  }
});

test.each([
  ["nothing", undefined],
  ["an object without steps", {}],
  ["an array", []],
])("a plan that is %s is refused", async (_what, plan) => {
  const { users } = await prepare(EVERYBODY);
  await expect(applySync(users, plan as unknown as SyncPlan)).rejects.toThrow(
    "`plan` must be what `planSync()` returned.",
  );
});

test("a plan with a step that planSync does not make is refused", async () => {
  const { users, plan } = await prepare(EVERYBODY);
  for (const step of [null, {}, { action: "delete", email: NEW }, { action: "update", email: NEW, id: ADMIN }]) {
    await expect(applySync(users, { ...plan, steps: [step] } as unknown as SyncPlan)).rejects.toThrow(
      "`plan` has a step",
    );
  }
});

test.each([
  ["concurrency", [0, -1, 1.5, Number.NaN, "4", null]],
  ["signal", [{}, new AbortController()]],
  ["onOutcome", [{}]],
  ["force", [true]],
])("an invalid option `%s` of applySync is refused with a message that names it", async (name, values) => {
  const { users, plan } = await prepare(EVERYBODY);
  for (const value of values) {
    await expect(applySync(users, plan, { [name]: value })).rejects.toThrow(name);
  }
});

test("an organization id that is not a UUID rejects", async () => {
  const { plan } = await prepare(without("a"));
  const { users } = new Polytomic({ partnerKey: "a-key" }).organization("acme");
  await expect(applySync(users, plan)).rejects.toThrow(InvalidArgumentError);
});

const STEP = { action: "delete", id: ADMIN, email: "x@acmecorp.com", old_role_ids: [] };

test.each<[string, (plan: { steps: unknown[]; checks: Record<string, unknown> }) => void]>([
  ["no limit of deletions", ({ checks }) => delete checks["mostDeletions"]],
  ["a limit that is not a number", ({ checks }) => (checks["mostDeletions"] = "x")],
  ["roles of admins that are not ids", ({ checks }) => (checks["adminRoles"] = ["Admin"])],
  ["an organization that is not an id", ({ checks }) => (checks["organization_id"] = 5)],
  ["somebody to keep who is not text", ({ checks }) => (checks["keep"] = [null])],
  [
    "an address that the API would refuse",
    ({ steps }) => steps.push({ action: "create", email: "\u200Bx@acmecorp.com" }),
  ],
  ["an empty list of roles", ({ steps }) => steps.push({ action: "create", email: "x@acmecorp.com", role_ids: [] })],
  ["a deletion twice", ({ steps }) => steps.push(STEP, STEP)],
  ["a deletion and a creation of one person", ({ steps }) => steps.push(STEP, { action: "create", email: STEP.email })],
])("a stored plan with %s is refused, and nothing is sent", async (_what, edit) => {
  const { sandbox, users, plan } = await prepare(without("a"));
  const stored = JSON.parse(JSON.stringify(plan)) as SyncPlan;
  edit(stored as never);
  await expect(applySync(users, stored)).rejects.toMatchObject({ name: "InvalidArgumentError", argument: "plan" });
  expect(sandbox.requests).toEqual([]);
});

test("a stored plan with ids in upper case does not delete the only admin", async () => {
  const { sandbox, users, plan, idOf } = await prepare(without("a"));
  const stored = JSON.parse(JSON.stringify(plan)) as { steps: unknown[]; checks: Record<string, unknown> };
  stored.checks["adminRoles"] = [ADMIN.toUpperCase()];
  stored.steps = [{ action: "delete", id: idOf(BOSS), email: BOSS, old_role_ids: [ADMIN] }];
  await applySync(users, stored as unknown as SyncPlan);
  expect(recordsOf(sandbox).map(({ email }) => email)).toContain(BOSS);
});

test("a plan for an organization without users is refused if the organization has other users", async () => {
  const { sandbox, users } = await prepare(EVERYBODY);
  const plan = planSync([], [wanted(NEW)]);
  await expect(applySync(users, plan)).rejects.toMatchObject({ name: "InvalidArgumentError", argument: "plan" });
  expect(recordsOf(sandbox)).toHaveLength(SEED.length);
});
