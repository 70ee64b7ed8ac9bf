import * as fc from "fast-check";
import { expect, test } from "vitest";
import { applySync, planSync, type PlanOptions, type SyncPlan, type SyncReport, type WantedUser } from "../../src/sync/index.ts"; // prettier-ignore
import type { SeedUser } from "../../src/testing/index.ts";
import { World, type Disturbance, type Edit } from "./model/world.ts";
import { ADMIN, EDITOR, MEMBER, ROLES } from "./people.ts";

const EMAILS = Array.from("abcdef", (name) => `${name}@acmecorp.com`);
const emails = fc.constantFrom(...EMAILS);
const role = fc.constantFrom(ADMIN, ADMIN, MEMBER, EDITOR);
const roles = fc.oneof(
  role.map((id) => [id]),
  fc.constant([ADMIN, EDITOR]),
);

const seeds: fc.Arbitrary<SeedUser[]> = fc
  .uniqueArray(fc.record({ email: emails, role_ids: fc.oneof(roles, fc.constant(null)) }), {
    selector: ({ email }) => email,
    minLength: 1,
    maxLength: 6,
  })
  .map(([first, ...others]) => [{ ...first!, role_ids: [ADMIN] }, ...others]);

/** Another spelling of the same address, which is no objection; or an address that is one. */
const spellings = fc.oneof(
  { weight: 60, arbitrary: fc.constant((email: string) => email) },
  { weight: 5, arbitrary: fc.constant((email: string) => email.toUpperCase()) },
  { weight: 1, arbitrary: fc.constant((email: string) => `\u{200b}${email}`) },
  { weight: 1, arbitrary: fc.constant((email: string) => email.replace("@", ".@")) },
);

/** One person of a list; `undefined` is somebody who is not on it. */
const entry = (email: string): fc.Arbitrary<WantedUser | undefined> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 3, arbitrary: spellings.map((spell) => ({ email: spell(email) })) },
    {
      weight: 3,
      arbitrary: fc.record({
        email: spellings.map((spell) => spell(email)),
        roles: fc.oneof(roles, fc.constantFrom(["Admin"], ["member", "EDITOR"])),
      }),
    },
  );

const lists: fc.Arbitrary<WantedUser[]> = fc
  .tuple(...EMAILS.map(entry))
  .map((entries) => entries.filter((each) => each !== undefined));

const options: fc.Arbitrary<PlanOptions> = fc.record({
  maxDelete: fc.constantFrom<NonNullable<PlanOptions["maxDelete"]>[]>(2, "20%", "50%", "100%", "100%", "100%"),
  delete: fc.constantFrom(true, true, true, false),
  keep: fc.oneof({ weight: 6, arbitrary: fc.constant([]) }, fc.array(emails, { minLength: 1, maxLength: 1 })),
  adminRole: fc.constantFrom<(string | false)[]>("Admin", "Admin", false),
});

const edits: fc.Arbitrary<Edit> = fc.record({
  action: fc.constantFrom("create", "update", "delete"),
  email: emails,
  role,
});

const disturbances: fc.Arbitrary<Disturbance> = fc.oneof(
  { weight: 2, arbitrary: edits.map((edit) => ({ kind: "edit" as const, edit })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(400, 401, 403, 404, 408, 409, 422, 429, 500, 503)
      .map((status) => ({ kind: "status" as const, status })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom("refused", "lost", "thrown", "killed", "aborted").map((kind) => ({ kind }) as const),
  },
);

const disturbed = fc.dictionary(fc.integer({ min: 0, max: 14 }).map(String), disturbances, { maxKeys: 5 });
const concurrency = fc.integer({ min: 1, max: 4 });

interface Scene {
  readonly seed: readonly SeedUser[];
  readonly wanted: readonly WantedUser[];
  readonly options: PlanOptions;
  readonly concurrency: number;
  /** What somebody else does after the plan was made. */
  readonly before: readonly Edit[];
  /** By the number of the request. */
  readonly disturbed: Readonly<Record<string, Disturbance>>;
}

const anything: fc.Arbitrary<Scene> = fc.record({
  seed: seeds,
  wanted: lists,
  options,
  concurrency,
  before: fc.array(edits, { maxLength: 3 }),
  disturbed,
});

/** Three admins, of whom the plan removes at least one, and somebody else another one. */
const fewAdmins: fc.Arbitrary<Scene> = fc
  .shuffledSubarray(EMAILS, { minLength: 3, maxLength: 3 })
  .chain(([gone = "", a = "", b = ""]) =>
    fc.record({
      seed: fc.constant([gone, a, b].map((email) => ({ email, role_ids: [ADMIN] }))),
      wanted: fc
        .tuple(
          fc.constantFrom([], [{ email: gone, roles: ["Member"] }]),
          fc.constantFrom([], [{ email: b, roles: ["Editor"] }]),
        )
        .map((lost) => [{ email: a }, ...lost.flat()]),
      options: fc.constant({ maxDelete: "100%" as const }),
      concurrency,
      before: fc.constantFrom("update", "delete").map((action) => [{ action, email: a, role: MEMBER } as const]),
      disturbed,
    }),
  );

const scenes = fc.oneof({ weight: 3, arbitrary: anything }, { weight: 1, arbitrary: fewAdmins });

/** Makes a plan, which the requests then have to follow. */
async function planFor(world: World, { wanted, options: chosen }: Scene): Promise<SyncPlan> {
  const plan = planSync(await world.users.list(), wanted, { roles: ROLES, ...chosen });
  world.watch(plan, wanted);
  return JSON.parse(JSON.stringify(plan)) as SyncPlan;
}

/** Each step has one outcome, and what is done is as planned. */
function expectTruth(report: SyncReport, plan: SyncPlan, world: World): void {
  expect(report.outcomes.map(({ step }) => step)).toEqual(plan.steps);
  const users = new Map(world.records().map((user) => [user.email, user]));
  for (const { step, result } of report.outcomes) {
    if (result !== "done") continue;
    const user = users.get(step.email.toLowerCase());
    if (step.action === "delete") expect(user?.id).not.toBe(step.id);
    else if (step.role_ids) expect(user?.role_ids?.toSorted()).toEqual(step.role_ids.toSorted());
    else expect(user).toBeDefined();
  }
}

/** Without further failures, a run ends in line, and the next one has nothing to do. */
async function expectConvergence(world: World, scene: Scene): Promise<void> {
  world.disturb(new Map(), () => {});
  const plan = await planFor(world, scene);
  if (plan.objections.length > 0) {
    await expect(applySync(world.users, plan)).rejects.toThrow("The plan has");
    return;
  }
  const report = await applySync(world.users, plan, { concurrency: scene.concurrency });
  expect(report).toMatchObject({ isComplete: true });
  expectTruth(report, plan, world);
  const users = world.records().map(({ email }) => email);
  const listed = new Set(scene.wanted.map(({ email }) => email.toLowerCase()));
  expect(users).toEqual(expect.arrayContaining([...listed]));
  if (scene.options.delete !== false) expect(users).toHaveLength(listed.size);
  expect(await planFor(world, scene)).toMatchObject({ steps: [], unchanged: listed.size });
}

test("whatever fails and whoever interferes, nobody on the list loses access, and the next run ends in line", async () => {
  const seen = { refused: 0, complete: 0, incomplete: 0, deletions: 0 };
  await fc.assert(
    fc.asyncProperty(scenes, async (scene) => {
      const world = new World(scene.seed);
      const plan = await planFor(world, scene);
      if (plan.objections.length > 0) seen.refused++;
      else {
        for (const edit of scene.before) await world.edit(edit);
        const stop = new AbortController();
        const failures = new Map(Object.entries(scene.disturbed).map(([at, each]) => [Number(at), each] as const));
        world.disturb(failures, () => stop.abort());
        const report = await applySync(world.users, plan, { concurrency: scene.concurrency, signal: stop.signal });
        if (report.isComplete) seen.complete++;
        else seen.incomplete++;
        const isQuiet = [...failures.values()].every(({ kind }) => kind !== "edit");
        if (isQuiet) expectTruth(report, plan, world);
        // The same plan again, as after a crash.
        world.disturb(new Map(), () => {});
        const again = await applySync(world.users, plan, { concurrency: scene.concurrency });
        expectTruth(again, plan, world);
        if (again.isComplete) seen.deletions += plan.steps.filter(({ action }) => action === "delete").length;
      }
      await expectConvergence(world, scene);
      if (world.broken) throw world.broken;
    }),
    { numRuns: 300 },
  );
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(0);
});
