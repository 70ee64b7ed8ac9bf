import { expect, test } from "vitest";
import { Polytomic } from "../../src/index.ts";
import { applySync, planSync } from "../../src/sync/index.ts";
import { createSandbox } from "../../src/testing/index.ts";
import { ADMIN, MEMBER, ROLES, user, wanted } from "./people.ts";

const name = (index: number): string => `person.${index}@acmecorp.com`;

test("a plan for 10 000 people reads each user and each entry of the list only a few times", () => {
  let reads = 0;
  const counted = <T extends object>(value: T): T =>
    new Proxy(value, { get: (target, key) => (reads++, Reflect.get(target, key) as unknown) });
  const users = Array.from({ length: 10_000 }, (_, index) => counted(user(name(index), index === 0 ? ADMIN : MEMBER)));
  const list = Array.from({ length: 10_000 }, (_, index) => counted(wanted(name(index + 1_000), "Member")));
  const plan = planSync(users, list, { roles: ROLES, keep: [name(0)], delete: false });
  expect(plan).toMatchObject({ unchanged: 9_000, objections: [] });
  expect(plan.steps).toHaveLength(1_000);
  expect(reads / 20_000).toBeLessThan(30);
});

test("1 000 changes need a list of the users for each 100, and one request each", async () => {
  const seed = Array.from({ length: 1_000 }, (_, index) => ({
    email: name(index),
    role_ids: [index < 2 ? ADMIN : MEMBER],
  }));
  const sandbox = createSandbox({ organizations: [{ users: seed }] });
  const { users } = new Polytomic({ apiKey: sandbox.apiKey, fetch: sandbox.fetch });
  const list = seed.slice(0, 500).map(({ email }, index) => wanted(email, index < 2 ? "Admin" : "user"));
  const roles = [ROLES[0], { id: ROLES[2].id, name: "user" }];
  const plan = planSync(await users.list(), list, { roles, maxDelete: "50%" });
  expect(await applySync(users, plan, { concurrency: 8 })).toMatchObject({ isComplete: true, counts: { done: 998 } });
  const count = (method: string): number => sandbox.requests.filter((each) => each.method === method).length;
  expect({ PUT: count("PUT"), DELETE: count("DELETE"), GET: count("GET") }).toEqual({ PUT: 498, DELETE: 500, GET: 11 });
});
