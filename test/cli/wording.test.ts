import { expect, test } from "vitest";
import { inWordsOfTheCommand, wordObjections, type PlanFacts } from "../../src/cli/wording.ts";
import { planSync, type Objection, type PlanOptions, type WantedUser } from "../../src/sync/index.ts";

const [ADMIN, MEMBER] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
const ROLES = [
  { id: ADMIN, name: "Admin" },
  { id: MEMBER, name: "Member" },
];
const TWINS = [...ROLES, { id: "33333333-3333-4333-8333-333333333333", name: "Admin" }];
const JANE = { id: "jane", email: "jane@acmecorp.com", role_ids: [ADMIN] };
const JOHN = { id: "john", email: "john@acmecorp.com", role_ids: [MEMBER] };
const ODD = { id: "odd", email: "ada \u200B@acmecorp.com", role_ids: [MEMBER] };
const HARBOR = { id: "harbor", email: "harbor@acmecorp.com", role_ids: [], harbor_only: true };

interface Case {
  readonly users?: (typeof JANE & { readonly harbor_only?: boolean })[];
  readonly list: readonly WantedUser[];
  readonly options?: PlanOptions;
  readonly facts?: Partial<PlanFacts>;
}

function objectionsTo({ users = [JANE, JOHN], list, options = {}, facts = {} }: Case): Objection[] {
  const { roles = ROLES, adminRole } = options;
  const plan = planSync(users, list, { roles: ROLES, maxDelete: 9, ...options });
  const others = { unit: "Line", keyUser: undefined, isOneOfMany: false } as const;
  return wordObjections({ plan, users, roles, adminRole, ...others, ...facts });
}

const listed = (email: string, line: number, roles?: string[]): WantedUser => ({ email, line, roles });
const KEEP_JANE = { options: { keep: ["jane"] }, facts: { keyUser: JANE.email } };

test.each<[kind: Objection["kind"], Case, message: string]>([
  ["invalid-address", { list: [listed("jane", 2)] }, 'Line 2: the address "jane"'],
  ["similar-address", { list: [listed("jane@acmecorp.com", 2)], users: [JANE, { ...JANE, id: "two" }] }, "Line 2: "],
  [
    "unclear-user",
    { users: [JANE, ODD], list: [listed(JANE.email, 2), listed("new@acmecorp.com", 3)] },
    "Delete this user by hand, or first run the command with --apply --no-delete.",
  ],
  [
    "repeated-address",
    { list: [listed(JANE.email, 2), listed(JOHN.email, 3), listed(JANE.email, 4, ["Member"])] },
    'Line 4: "jane@acmecorp.com" is also line 2, with other roles.',
  ],
  ["unknown-role", { list: [listed(JANE.email, 2, ["Boss"])] }, 'Line 2: The organization has no role "Boss".'],
  [
    "ambiguous-role",
    { list: [listed(JANE.email, 2, ["Admin"])], options: { roles: TWINS } },
    'Line 2: 2 roles are called "Admin".',
  ],
  [
    "harbor-only-user",
    { users: [JANE, HARBOR], list: [listed(JANE.email, 2), listed(HARBOR.email, 3, ["Member"])] },
    "Line 3: ",
  ],
  [
    "kept-user",
    { list: [listed(JOHN.email, 2)], ...KEEP_JANE },
    'The user that the key belongs to, "jane@acmecorp.com", is not on the list, but must not be deleted. Add the user to the list.',
  ],
  [
    "kept-user",
    { list: [listed(JANE.email, 2, ["Member"]), listed(JOHN.email, 3)], ...KEEP_JANE },
    "Line 2: this is the user that the key belongs to, whose roles must not be changed. Leave out the roles.",
  ],
  [
    "too-many-deletions",
    { users: [JANE, JOHN, HARBOR], list: [listed(JANE.email, 2)], options: { maxDelete: "20%" } },
    "The plan deletes 1 of 2 users, but --max-delete is 20%, which allows 0. If the list is complete, set --max-delete to 1.",
  ],
  [
    "too-many-deletions",
    { list: [listed(JANE.email, 2)], options: { maxDelete: 0 }, facts: { isOneOfMany: true } },
    "set --max-delete to 1, which is then the limit for every organization.",
  ],
  ["last-admin", { list: [listed(JOHN.email, 2)] }, "The plan leaves the organization without an admin. Keep "],
  [
    "unknown-admins",
    { users: [JOHN], list: [] },
    "No user has the role of an admin. Set --admin-role to the role that makes a user an admin, or to none if",
  ],
  [
    "unknown-admins",
    { list: [listed(JANE.email, 2)], options: { adminRole: "Boss" } },
    `no role, or more than one, has the name or id "Boss". The organization has: Admin (${ADMIN}), Member (${MEMBER}). Set --admin-role`,
  ],
  [
    "unknown-admins",
    { list: [listed(JANE.email, 2)], options: { roles: TWINS } },
    'no role, or more than one, has the name or id "Admin". The organization has: Admin (',
  ],
  [
    "unknown-admins",
    { list: [listed(JANE.email, 2), listed(JOHN.email, 3)], options: { adminRole: "Boss" } },
    'no role, or more than one, has the name or id "Boss".',
  ],
])("an objection is in words of the command: %s %#", (kind, plan, message) => {
  const objections = objectionsTo(plan);
  expect(objections).toContainEqual({
    ...objections.find((each) => each.kind === kind),
    kind,
    message: expect.stringContaining(message) as string,
  });
  expect(objections.map((each) => each.message).join("\n")).not.toMatch(/`/);
});

test("without --admin-role, a plan that changes nothing has no objection, even if no role is called Admin", () => {
  const list = [listed(JANE.email, 2), listed(JOHN.email, 3)];
  expect(objectionsTo({ list, options: { roles: [{ id: MEMBER, name: "Member" }] } })).toEqual([]);
});

test.each<[list: WantedUser[], message: string]>([
  [
    [listed(JANE.email, 1), listed("is also line 7", 2), listed(JOHN.email, 3)],
    'Entry 2: the address "is also line 7"',
  ],
  [
    [listed(JANE.email, 1), listed(JOHN.email, 2), listed(JOHN.email, 3, ["Admin"])],
    'Entry 3: "john@acmecorp.com" is also entry 2,',
  ],
])("an objection to a JSON list names the entry instead of a line: %j", (list, message) => {
  const messages = objectionsTo({ list, facts: { unit: "Entry" } }).map((each) => each.message);
  expect(messages).toContainEqual(expect.stringContaining(message));
});

test.each([
  ["If it is a partner key, pass it as `partnerKey`.", "If it is a partner key, pass it as POLYTOMIC_PARTNER_KEY."],
  ["If it is an API key, pass it as `apiKey`.", "If it is an API key, pass it as POLYTOMIC_API_KEY."],
  ["Check `baseUrl`, `version` and any proxy.", "Check POLYTOMIC_DEPLOYMENT_URL and any proxy."],
  ["Check `baseUrl`, the network and any proxy.", "Check POLYTOMIC_DEPLOYMENT_URL, the network and any proxy."],
  [
    "Nobody is deleted: `maxDelete` now allows 1, and the plan deletes 2.",
    "Nobody is deleted: --max-delete now allows 1, and the plan deletes 2.",
  ],
])("options of the library are called what a user of the command sets: %s", (library, command) => {
  expect(inWordsOfTheCommand(library)).toBe(command);
});
