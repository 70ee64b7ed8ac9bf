import * as fc from "fast-check";
import { expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/index.ts";
import { planSync, type ExistingUser, type PlanOptions, type WantedUser } from "../../src/sync/index.ts";
import { ADMIN, EDITOR, idOf, MEMBER, ORGANIZATION, ROLES, user, wanted } from "./people.ts";

/** An admin and nine members. */
const TEN = [
  user("boss@acmecorp.com", ADMIN),
  ...Array.from("abcdefghi", (name) => user(`${name}@acmecorp.com`, MEMBER)),
];
const EVERYBODY = TEN.map(({ email }) => wanted(email));
const without = (...names: string[]): WantedUser[] =>
  EVERYBODY.filter(({ email }) => !names.includes(email.split("@")[0]!));

function plan(list: readonly WantedUser[], options: PlanOptions = {}, users: readonly ExistingUser[] = TEN) {
  return planSync(users, list, { roles: ROLES, ...options });
}

/** The steps as `<action> <address>`. */
const steps = (...args: Parameters<typeof plan>): string[] =>
  plan(...args).steps.map(({ action, email }) => `${action} ${email}`);

/** The objections as `<kind>: <message>`. */
const objections = (...args: Parameters<typeof plan>): string[] =>
  plan(...args).objections.map(({ kind, message }) => `${kind}: ${message}`);

// Steps

test("a plan creates who is missing, changes roles that differ, and deletes who is not on the list", () => {
  const users = [user("ada@acmecorp.com"), user("grace@acmecorp.com", ADMIN, MEMBER), user("alan@acmecorp.com", ADMIN)];
  const list = [
    wanted("Ada@acmecorp.com", "member"),
    wanted("grace@acmecorp.com", "Admin"),
    wanted("New@acmecorp.com", EDITOR.toUpperCase(), "ADMIN"),
  ];
  expect(plan(list, { maxDelete: 1 }, users)).toEqual({
    steps: [
      { action: "create", email: "New@acmecorp.com", role_ids: [EDITOR, ADMIN], line: 3 },
      { action: "update", id: idOf("ada@acmecorp.com"), email: "ada@acmecorp.com", role_ids: [MEMBER], old_role_ids: [], line: 1 }, // prettier-ignore
      { action: "update", id: idOf("grace@acmecorp.com"), email: "grace@acmecorp.com", role_ids: [ADMIN], old_role_ids: [ADMIN, MEMBER], line: 2 }, // prettier-ignore
      { action: "delete", id: idOf("alan@acmecorp.com"), email: "alan@acmecorp.com", old_role_ids: [ADMIN] },
    ],
    unchanged: 0,
    objections: [],
    checks: { organization_id: ORGANIZATION, maxDelete: 1, mostDeletions: 1, keep: [], adminRoles: [ADMIN] },
  });
});

test("the case of addresses, ids and names and the order of roles do not matter", () => {
  const users = [user("Ada@acmecorp.com", ADMIN.toUpperCase(), MEMBER)];
  expect(plan([wanted("aDA@acmecorp.com", "member", ADMIN)], {}, users)).toMatchObject({ steps: [], unchanged: 1 });
});

test("a person without roles keeps theirs, and a new one gets the default role", () => {
  const planned = plan([...EVERYBODY, { email: "new@acmecorp.com", roles: null }]);
  expect(planned).toMatchObject({ unchanged: 10, objections: [] });
  expect(planned.steps).toEqual([{ action: "create", email: "new@acmecorp.com", line: 11 }]);
});

test("with `delete: false`, nobody is deleted", () => {
  expect(plan([], { delete: false })).toMatchObject({ steps: [], objections: [] });
});

test("a plan is plain data that survives JSON", () => {
  const planned = plan([...without("a"), wanted("new@acmecorp.com"), wanted("b@acmecorp.com", "nobody")]);
  expect(JSON.parse(JSON.stringify(planned))).toEqual(planned);
});

test("a person who is listed twice with the same roles counts once", () => {
  const list = [wanted("new@acmecorp.com", "Admin"), wanted("NEW@acmecorp.com", ADMIN), ...EVERYBODY];
  expect(plan(list)).toMatchObject({ steps: [{ email: "new@acmecorp.com" }], unchanged: 10, objections: [] });
});

test("roles that differ in one of two are changed", () => {
  const users = [...TEN, user("ada@acmecorp.com", MEMBER, EDITOR)];
  const list = [...EVERYBODY, wanted("ada@acmecorp.com", "Member", "Admin")];
  expect(steps(list, {}, users)).toEqual(["update ada@acmecorp.com"]);
});

// Addresses

test("an invalid address is an objection that names the line and the code point, and its owner is not deleted", () => {
  const list = [...without("a"), { email: "\u{200b}a@acmecorp.com", line: 7 }, wanted("b.@acmecorp.com")];
  expect(plan(list)).toMatchObject({
    steps: [],
    objections: [
      {
        kind: "invalid-address",
        line: 7,
        codePoint: "U+200B",
        message: 'Line 7: the address "<U+200B>a@acmecorp.com" contains U+200B (zero width space). Correct the entry.',
      },
      {
        kind: "invalid-address",
        line: 11,
        message: 'Entry 11: the address "b.@acmecorp.com" has a dot (U+002E) before the @. Correct the entry.',
      },
    ],
  });
});

test.each([
  ["no address", {}],
  ["an address that is not text", { email: 5 }],
  ["nothing", null],
])("an entry with %s is an objection", (_what, entry) => {
  expect(objections([...EVERYBODY, entry as WantedUser])).toEqual([
    'invalid-address: Entry 11: the address "" is empty. Correct the entry.',
  ]);
});

const ODD = [
  ["an invisible character", "a\u{ad}nna@acmecorp.com"],
  ["a full-width letter", "ａnna@acmecorp.com"],
  ["an accent", "ánna@acmecorp.com"],
  ["a dot after the domain", "anna@acmecorp.com."],
  ["a dot before the @", "anna.@acmecorp.com"],
  ["a space", "anna@acmecorp.com "],
] as const;

test.each(ODD)("a listed address that differs from a user's only by %s is an objection", (_what, email) => {
  const users = [...TEN, user(email, MEMBER)];
  const planned = plan([...EVERYBODY, { email: "Anna@acmecorp.com", line: 12 }], {}, users);
  expect(planned).toMatchObject({ steps: [], objections: [{ kind: "similar-address", line: 12 }] });
  expect(planned.objections[0]!.message).toMatch(/^Line 12: "Anna@acmecorp\.com" could be the existing user "/);
});

test.each(ODD)("a user whose address differs from that of a listed user only by %s is not deleted", (_what, email) => {
  const users = [...TEN, user("anna@acmecorp.com", MEMBER), user(email, MEMBER)];
  const planned = plan([...EVERYBODY, wanted("anna@acmecorp.com")], {}, users);
  expect(planned).toMatchObject({ steps: [], objections: [{ kind: "similar-address" }] });
});

test("the two forms of an international domain are an objection", () => {
  const users = [...TEN, user("anna@müller.de", MEMBER)];
  const list = [...EVERYBODY, wanted("anna@xn--mller-kva.de")];
  expect(objections(list, {}, users)).toEqual([expect.stringMatching(/^similar-address: /)]);
  expect(steps(list, {}, users)).toEqual([]);
});

test("two users with the same address are an objection to the person who is listed", () => {
  const users = [...TEN, { ...user("A@acmecorp.com"), id: idOf("other") }];
  expect(objections(EVERYBODY, {}, users)).toEqual([expect.stringMatching(/^similar-address: Entry 2: .* or /)]);
});

test.each([
  ["a Cyrillic letter", "\u{430}nna@acmecorp.com", /contains U\+0430/],
  ["a curly apostrophe", "anna\u{2019}s@acmecorp.com", /contains U\+2019/],
  ["a quoted local part", '"anna k"@acmecorp.com', /contains U\+0022/],
])(
  "a user whose address has %s, and is not on the list, is not deleted while others are created",
  (_what, email, reason) => {
    const users = [...TEN, user(email, MEMBER)];
    const list = [...EVERYBODY, wanted("anna@acmecorp.com")];
    expect(objections(list, {}, users)).toEqual([expect.stringMatching(reason)]);
    expect(steps(list, {}, users)).toEqual(["create anna@acmecorp.com"]);
    expect(steps(EVERYBODY, {}, users)).toEqual([`delete ${email}`]);
  },
);

const WIDE = (text: string): string =>
  text.replaceAll(/[!-~]/g, (each) => String.fromCodePoint(each.codePointAt(0)! + 0xfee0));

/** What programs, keyboards and people do to an address. */
const CHANGES: readonly ((email: string) => string)[] = [
  (email) => email,
  (email) => email.toUpperCase(),
  (email) => email.normalize("NFD"),
  (email) => email.normalize("NFKC"),
  WIDE,
  (email) => ` ${email}\u{a0}`,
  (email) => email.replace("@", ".@"),
  (email) => `.${email}`,
  (email) => `${email}.`,
  (email) => email.replace(".", ".."),
  (email) => email.replace("i", "ı"),
  (email) => email.replace("i", "İ"),
  (email) => email.replace("a", "\u{430}"),
  (email) => email.replace("s", "ſ"),
  (email) => email.replace("ss", "ß"),
  (email) => email.replace("e", "é"),
  (email) => email.replace("k", "\u{212a}"),
  (email) => `Kai <${email}>`,
  (email) => `"${email.replace("@", '"@')}`,
];
const INVISIBLE = Array.from(
  "\u{200b}\u{200c}\u{ad}\u{feff}\u{2060}\u{fe0f}\u{e0041}\u{202e}\u{2066}\u{7f}\u{0}\u{3164}\u{34f}\u{301}\u{2009}",
);
const changed = (email: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...CHANGES).map((change) => change(email)),
    fc
      .tuple(fc.constantFrom(...INVISIBLE), fc.nat(email.length))
      .map(([each, at]) => email.slice(0, at) + each + email.slice(at)),
  );

test("a user and a listed address that differ only in such ways are never a deletion and a creation", () => {
  const pairs = fc.constantFrom("kai.ssen@acmecorp.com", "ina@strasse.de").chain((email) => fc.tuple(changed(email), changed(email))); // prettier-ignore
  fc.assert(
    fc.property(pairs, ([existing, listed]) => {
      const users = [...TEN, user(existing, MEMBER)];
      const planned = plan([...EVERYBODY, wanted(listed)], { maxDelete: "100%" }, users);
      if (planned.objections.length === 0) expect(planned).toMatchObject({ steps: [], unchanged: 11 });
    }),
    { numRuns: 500 },
  );
});

test("one address twice with different roles is an objection", () => {
  const list = [...EVERYBODY, wanted("A@acmecorp.com", "Editor"), wanted("new@acmecorp.com", "Admin"), wanted("new@acmecorp.com", "Editor")]; // prettier-ignore
  expect(objections(list)).toEqual([
    'repeated-address: Entry 11: "A@acmecorp.com" is also entry 2, with other roles. Keep one of them.',
    'repeated-address: Entry 13: "new@acmecorp.com" is also entry 12, with other roles. Keep one of them.',
  ]);
});

// Roles

test("an unknown role is an objection that lists the roles", () => {
  expect(objections([...EVERYBODY, wanted("new@acmecorp.com", "Admn")])).toEqual([
    'unknown-role: Entry 11: The organization has no role "Admn". It has: Admin, Member, Editor.',
  ]);
  expect(objections([...EVERYBODY, wanted("new@acmecorp.com", ORGANIZATION)])).toHaveLength(1);
});

test("a person whose roles are unclear is neither created, changed nor deleted by the steps of the plan", () => {
  expect(steps([...EVERYBODY, wanted("new@acmecorp.com", "Admn")])).toEqual([]);
  expect(steps([...without("a"), wanted("a@acmecorp.com", "Admn")])).toEqual([]);
});

test("the name of several roles is an objection that lists their ids", () => {
  const roles = [...ROLES, { id: ORGANIZATION, name: "editor" }];
  const list = [...EVERYBODY, wanted("new@acmecorp.com", "Editor")];
  expect(objections(list, { roles })).toEqual([
    `ambiguous-role: Entry 11: 2 roles are called "Editor". Use the id: ${EDITOR} or ${ORGANIZATION}.`,
  ]);
  expect(objections([...EVERYBODY, wanted("new@acmecorp.com", EDITOR)], { roles })).toEqual([]);
});

test("without the roles of the organization, ids can be used, but not names", () => {
  const options = { roles: undefined, adminRole: ADMIN };
  expect(objections([...without("a"), wanted("a@acmecorp.com", EDITOR)], options)).toEqual([]);
  expect(objections([...without("a"), wanted("a@acmecorp.com", "Editor")], options)).toEqual([
    expect.stringMatching(/^unknown-role: Entry 10: "Editor" is not the id of a role/),
  ]);
});

test.each([
  ["no roles", []],
  ["a text instead of an array", "Admin"],
  ["a role that is not text", ["Admin", 5]],
])("a person with %s is an objection", (_what, roles) => {
  const list = [...EVERYBODY, { email: "new@acmecorp.com", roles } as unknown as WantedUser];
  expect(objections(list)).toEqual([expect.stringMatching(/^invalid-roles: Entry 11: /)]);
});

test("roles without an id or a name are not confused with others", () => {
  const roles = [{ name: "Guest" }, { id: EDITOR }, {}, ...ROLES.slice(0, 2)];
  expect(objections([...EVERYBODY, wanted("new@acmecorp.com", EDITOR, "member")], { roles })).toEqual([]);
  expect(objections([...EVERYBODY, wanted("new@acmecorp.com", "Guest")], { roles })).toEqual([
    'unknown-role: Entry 11: The organization has no role "Guest". It has: Admin, Member.',
  ]);
  expect(objections([...EVERYBODY, wanted("new@acmecorp.com", "Guest")], { roles: [] })).toEqual([
    'unknown-role: Entry 11: The organization has no role "Guest". It has: none.',
  ]);
});

test.each([`x${EDITOR}`, `${EDITOR}x`])("%s is not the id of a role", (role) => {
  const options = { roles: undefined, adminRole: ADMIN };
  expect(plan([...EVERYBODY, wanted("new@acmecorp.com", role)], options).objections).toMatchObject([
    { kind: "unknown-role" },
  ]);
});

test("an objection to a user's address names the code point, if it has one", () => {
  const kinds = (email: string): object[] =>
    plan([...EVERYBODY, wanted("anna@acmecorp.com")], {}, [...TEN, user(email, MEMBER)]).objections.map(({ kind, codePoint }) => ({ kind, codePoint })); // prettier-ignore
  expect(kinds("\u{430}nna@acmecorp.com")).toEqual([{ kind: "unclear-user", codePoint: "U+0430" }]);
  expect(kinds("anna@localhost")).toEqual([{ kind: "unclear-user", codePoint: undefined }]);
  expect(kinds("a\u{200b}nna@acmecorp.com")).toEqual([{ kind: "similar-address", codePoint: "U+200B" }]);
});

// Limit

test.each([
  ["the default of 20%", {}, ["a", "b"], true],
  ["the default of 20%", {}, ["a", "b", "c"], false],
  ["a number", { maxDelete: 3 }, ["a", "b", "c"], true],
  ["a number", { maxDelete: 2 }, ["a", "b", "c"], false],
  ["0", { maxDelete: 0 }, ["a"], false],
  ["0%", { maxDelete: "0%" }, [], true],
  ["a share that is rounded down", { maxDelete: "19.9%" }, ["a", "b"], false],
  ["100%", { maxDelete: "100%" }, Array.from("abcdefghi"), true],
] as const)("a plan may delete as many users as `maxDelete` allows: %s", (_what, options, names, isAllowed) => {
  const expected = isAllowed ? [] : [expect.stringMatching(`deletes ${names.length} of 10 users.*\`maxDelete\` to ${names.length}\\.`)]; // prettier-ignore
  expect(objections(without(...names), options)).toEqual(expected);
  expect(steps(without(...names), options)).toHaveLength(names.length);
});

test("7% of 100 users are 7 users", () => {
  const users = [TEN[0]!, ...Array.from({ length: 99 }, (_, index) => user(`user-${index}@acmecorp.com`, MEMBER))];
  const list = users.slice(0, 93).map(({ email }) => wanted(email));
  expect(objections(list, { maxDelete: "7%" }, users)).toEqual([]);
});

test("an empty list does not delete everybody", () => {
  expect(objections([])).toEqual([
    expect.stringMatching(/^last-admin: /),
    expect.stringMatching(/^too-many-deletions: The plan deletes 10 of 10 users/),
  ]);
});

// Admins

test.each([
  ["deletes the last admin", without("boss"), {}],
  ["demotes the last admin", [...without("boss"), wanted("boss@acmecorp.com", "Member")], {}],
  ["replaces the last admin by a new user", [...without("boss"), wanted("new@acmecorp.com", "Admin")], {}],
  [
    "deletes the last user with the role of `adminRole`",
    without("a", "b"),
    { adminRole: "Editor" },
    [user("boss@acmecorp.com", ADMIN), user("a@acmecorp.com", EDITOR), user("b@acmecorp.com", EDITOR)],
  ],
] as const)("a plan that %s has an objection", (_what, list, options, users?: readonly ExistingUser[]) => {
  expect(objections(list, { maxDelete: "100%", ...options }, users ?? TEN)).toEqual([
    expect.stringMatching(/^last-admin: The plan leaves the organization without an admin\./),
  ]);
});

test.each([
  ["deletes an admin if another one is left", [...without("boss", "a"), wanted("a@acmecorp.com", "Admin")], {}],
  ["demotes an admin if another one is left", [...without("boss", "a"), wanted("a@acmecorp.com", "Admin"), wanted("boss@acmecorp.com", "Member")], {}], // prettier-ignore
  ["changes the roles of an admin to others with that of an admin", [...without("boss"), wanted("boss@acmecorp.com", "Admin", "Editor")], {}], // prettier-ignore
  ["deletes the last admin if `adminRole` is false", without("boss"), { adminRole: false }],
  ["deletes users if `adminRole` is an id, without the roles", without("a"), { adminRole: ADMIN, roles: undefined }],
] as const)("a plan that %s has no objection", (_what, list, options) => {
  expect(objections(list, options)).toEqual([]);
});

test.each([
  ["the roles are not known", { roles: undefined }, /"Admin" is not the id of a role/],
  ["the organization has no role of that name", { adminRole: "Owner" }, /no role "Owner"/],
  [
    "two roles have that name",
    { roles: [...ROLES, { id: ORGANIZATION, name: "ADMIN" }] },
    /2 roles are called "Admin"/,
  ],
  ["nobody has the role", { adminRole: "Editor" }, /No user has the role of an admin/],
])("a plan that deletes users has an objection if %s", (_what, options, reason) => {
  expect(objections(without("a"), options)).toEqual([expect.stringMatching(reason)]);
  expect(objections(without("a"), options)).toEqual([expect.stringMatching(/^unknown-admins: .*`adminRole`/)]);
  expect(objections([...EVERYBODY, wanted("new@acmecorp.com")], options)).toEqual([]);
});

test("a plan may change roles while nobody is an admin", () => {
  for (const role of ["Admin", "Editor"]) {
    const list = [...without("a", "boss"), wanted("a@acmecorp.com", role)];
    expect(objections(list, {}, TEN.slice(1))).toEqual([]);
    expect(steps(list, {}, TEN.slice(1))).toEqual(["update a@acmecorp.com"]);
  }
  const list = [...without("a", "b", "boss"), wanted("a@acmecorp.com", "Editor")];
  expect(objections(list, {}, TEN.slice(1))).toEqual([
    "unknown-admins: No user has the role of an admin. Set `adminRole` to the role that makes a user an admin, or to `false` if the organization needs none.",
  ]);
});

// Users who are never changed

test.each([
  ["an id", idOf("a@acmecorp.com").toUpperCase()],
  ["an address", "A@acmecorp.com"],
])("a user in `keep`, as %s, is neither deleted nor changed: that is an objection", (_what, keep) => {
  expect(objections(without("a"), { keep: [keep] })).toEqual([
    expect.stringMatching(/^kept-user: "a@acmecorp\.com" is not on the list, but must not be deleted/),
  ]);
  const list = [...without("a"), wanted("a@acmecorp.com", "Editor")];
  expect(objections(list, { keep: [keep] })).toEqual([expect.stringMatching(/^kept-user: Entry 10: /)]);
  expect(steps(list, { keep: [keep] })).toEqual([]);
  expect(objections(EVERYBODY, { keep: [keep, "nobody@acmecorp.com"] })).toEqual([]);
});

test("a harbor-only user is not deleted, and does not count as a user or an admin", () => {
  const users = [
    ...TEN,
    ...["x", "y", "z"].map((name) => ({ ...user(`${name}@acmecorp.com`, ADMIN), harbor_only: true })),
  ];
  expect(plan(without("a", "b", "c"), {}, users)).toMatchObject({
    steps: [{ email: "a@acmecorp.com" }, { email: "b@acmecorp.com" }, { email: "c@acmecorp.com" }],
    objections: [{ kind: "too-many-deletions", message: expect.stringContaining("3 of 10 users") as string }],
  });
  expect(objections(without("boss"), {}, users)).toEqual([expect.stringMatching(/^last-admin/)]);
});

test("a listed harbor-only user is unchanged, and roles for one are an objection", () => {
  const users = [...TEN, { ...user("x@acmecorp.com", MEMBER), harbor_only: true }];
  expect(plan([...EVERYBODY, wanted("x@acmecorp.com")], {}, users)).toMatchObject({
    steps: [],
    unchanged: 11,
    objections: [],
  });
  const list = [...EVERYBODY, wanted("x@acmecorp.com", "Member")];
  expect(objections(list, {}, users)).toEqual([expect.stringMatching(/^harbor-only-user: Entry 11: /)]);
});

// Arguments

test.each([
  ["users", "null", null],
  ["users", "a user without an id", [{ email: "a@acmecorp.com" }]],
  ["users", "a user without an address", [{ id: ORGANIZATION }]],
  ["users", "users of two organizations", [...TEN, { ...user("z@acmecorp.com"), organization_id: ADMIN }]],
])("`%s` must not be %s", (_argument, _what, users) => {
  expect(() => planSync(users as ExistingUser[], [])).toThrow(InvalidArgumentError);
});

test.each([
  ["maxDelete", [-1, 1.5, Number.NaN, "20", "120%", "-5%", "", null]],
  ["roles", ["Admin", null, {}]],
  ["keep", ["a@acmecorp.com"]],
  ["adminRole", [true, "", 5]],
  ["delete", ["no", 0]],
  ["maxDeletes", [5]],
])("an invalid option `%s` is refused with a message that names it", (name, values) => {
  for (const value of values) {
    expect(() => plan(EVERYBODY, { [name]: value })).toThrow(name);
    expect(() => plan(EVERYBODY, { [name]: value })).toThrow(InvalidArgumentError);
  }
});

test("a list that is not an array is refused", () => {
  expect(() => plan({} as WantedUser[])).toThrow("`wanted` must be an array of people");
});
