import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { Polytomic, type User } from "polytomic-users";
import { expect, onTestFinished, test } from "vitest";
import { customerOrganization } from "../../examples/sync-users/directory.ts";
import { execute, type Outcome } from "../../examples/sync-users/execute.ts";
import { Admins, objectionsTo, type Limit } from "../../examples/sync-users/guard.ts";
import { describePlan, makePlan } from "../../examples/sync-users/plan.ts";
import { readList, type ListedUser } from "../../examples/sync-users/read.ts";
import { showProgress } from "../../examples/sync-users/report.ts";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../src/testing/index.ts";
import { serve, start, type Outcome as Ended } from "./run-example.ts";
import { ENV, quoted, ROOT, tableOf } from "./tables.ts";

const ADMIN = "d9f8e7c6-b5a4-3210-9fed-cba987654321";
const MEMBER = "e1f2d3c4-b5a6-7890-1234-56789abcdef0";
const JANE = "jane.doe@acmecorp.com"; // an admin
const JOHN = "john.smith@acmecorp.com";

/** The addresses and roles of the first organization. */
const usersOf = (sandbox: Sandbox): Record<string, readonly string[] | null | undefined> =>
  Object.fromEntries(sandbox.snapshot().organizations[0]!.users.map(({ email, role_ids }) => [email, role_ids]));

const listed = (email: string, ...role_ids: string[]): ListedUser => ({
  email,
  role_ids: role_ids.length > 0 ? role_ids : undefined,
});

const people = (count: number): ListedUser[] =>
  Array.from({ length: count }, (_, index) => listed(`person-${index}@acmecorp.com`, MEMBER));

// Reading the list

/** Writes a file into a folder of its own and reads the list from it. */
async function read(name: string, content: string | Uint8Array): Promise<ListedUser[]> {
  const { folder } = await serve(createSandbox());
  const file = join(folder, name);
  await writeFile(file, content);
  return readList(file).catch((error: Error) => {
    throw new Error(error.message.replace(file, name), { cause: error });
  });
}

test.each([
  ["spaces between role ids", `email,role_ids\nada@acmecorp.com,${ADMIN} ${MEMBER}\n`],
  ["semicolons between role ids", `email,role_ids\nada@acmecorp.com,${ADMIN};${MEMBER}\n`],
  ["quotes", `"email","role_ids"\n"ada@acmecorp.com","${ADMIN}; ${MEMBER}"\n`],
  ["semicolons between columns", `email;role_ids\nada@acmecorp.com;${ADMIN} ${MEMBER}\n`],
  ["other columns and capitals in the header", `Name,ROLE_IDS,Email\nAda,${ADMIN} ${MEMBER},ada@acmecorp.com\n`],
  [
    "a byte order mark, CRLF and blank lines",
    `\u{feff}email,role_ids\r\n\r\nada@acmecorp.com,${ADMIN} ${MEMBER}\r\n\r\n`,
  ],
  ["no line break at the end", `email,role_ids\n  ada@acmecorp.com ,${ADMIN} ${MEMBER}`],
])("sync-users reads a CSV file with %s", async (_what, csv) => {
  expect(await read("users.csv", csv)).toEqual([listed("ada@acmecorp.com", ADMIN, MEMBER)]);
});

test("sync-users reads a JSON file, in which null leaves the roles as they are", async () => {
  const json = JSON.stringify([
    { email: "ada@acmecorp.com", role_ids: [ADMIN], id: "ignored" },
    { email: JOHN, role_ids: null },
  ]);
  expect(await read("users.JSON", `\u{feff}${json}`)).toEqual([listed("ada@acmecorp.com", ADMIN), listed(JOHN)]);
});

test("an empty cell leaves the roles as they are", async () => {
  expect(await read("users.csv", `email,role_ids\n${JOHN},\n`)).toEqual([listed(JOHN)]);
});

test.each([
  ["an empty file", "users.csv", "", "it lists no users"],
  ["a file with a header only", "users.csv", "email,role_ids\n", "it lists no users"],
  ["no header", "users.csv", `ada@acmecorp.com,${ADMIN}\n`, "its first line must have the columns email and role_ids"],
  ["a misspelled column", "users.csv", `email,roleIds\nada@acmecorp.com,${ADMIN}\n`, "its first line must have"],
  ["two columns of the same name", "users.csv", `email,role_ids,Email\n${JANE},,${JOHN}\n`, "its first line must have the columns email and role_ids, each once."], // prettier-ignore
  ["a malformed address", "users.csv", `email,role_ids\n${JANE},\nada@acmecorp,\n`, 'line 3: "ada@acmecorp" is not an email address'], // prettier-ignore
  ["an address in Latin-1", "users.csv", Buffer.from("email,role_ids\njörg@acmecorp.com,\n", "latin1"), "line 2: j\u{fffd}rg@acmecorp.com has a character that is not UTF-8; save the file as UTF-8"], // prettier-ignore
  ["a missing address", "users.csv", `email,role_ids\r\n\r\n,${ADMIN}\r\n`, 'line 3: "" is not an email address'],
  ["an address in other capitals", "users.csv", `email,role_ids\n${JANE},\n${JOHN},\nJane.Doe@acmecorp.com,\n`, "line 4: Jane.Doe@acmecorp.com is also on line 2"], // prettier-ignore
  ["a role id that is not a UUID", "users.csv", `email,role_ids\n${JANE},${ADMIN} admin\n`, 'line 2: "admin" is not a role id'], // prettier-ignore
  ["a row that is too short", "users.csv", `email,role_ids\n${JANE}\n`, "line 2"],
  ["an unclosed quote", "users.csv", `email,role_ids\n"${JANE},\n`, "line 2"],
  ["an empty array", "users.json", "[]", "it lists no users"],
  ["an object", "users.json", "{}", "it must contain an array"],
  ["broken JSON", "users.json", "[", "JSON"],
  ["an entry that is not an object", "users.json", "[null]", "entry 1: undefined is not an email address"],
  [
    "a misspelled field",
    "users.json",
    `[{ "email": "${JANE}", "roleIds": ["${ADMIN}"] }]`,
    "entry 1: role_ids must be",
  ],
  ["no roles", "users.json", `[{ "email": "${JANE}", "role_ids": [] }]`, "entry 1: role_ids must be"],
])("sync-users does not use a list with %s", async (_what, name, content, problem) => {
  await expect(read(name, content)).rejects.toThrow(problem);
});

test("sync-users reports the first 20 problems of a list together", async () => {
  const csv = ["email,role_ids", ...Array.from({ length: 25 }, () => "nobody,")].join("\n");
  const message = await read("users.csv", csv).then(String, String);
  expect(message.split("\n")).toHaveLength(22);
  expect(message).toContain("\n  … and 5 more problems");
});

test("sync-users reads a file in UTF-8 with other letters than those of ASCII", async () => {
  expect(await read("users.csv", "email,role_ids\njörg@acmecorp.com,\n")).toEqual([listed("jörg@acmecorp.com")]);
});

// The plan

const ORGANIZATION = "248df4b7-aa70-47b8-a036-33ac447e668d";
let ids = 0;
const user = (email: string, role_ids: string[] | null, role?: string): User => ({
  email,
  id: `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`,
  organization_id: ORGANIZATION,
  role_ids,
  ...(role !== undefined && { role }),
});

test("the plan ignores the case of addresses and ids, and the order of roles", () => {
  const users = [user("ada@acmecorp.com", [ADMIN, MEMBER]), user("Grace@acmecorp.com", null)];
  const list = [listed("ADA@acmecorp.com", MEMBER.toUpperCase(), ADMIN), listed("grace@acmecorp.com")];
  expect(makePlan(users, list)).toEqual({ steps: [], unchanged: 2 });
});

test("the plan creates, changes and deletes what differs from the list", () => {
  const [ada, grace, alan] = [user("ada@acmecorp.com", null), user("grace@acmecorp.com", [ADMIN, MEMBER]), user("alan@acmecorp.com", [ADMIN])]; // prettier-ignore
  const list = [listed("Ada@acmecorp.com", ADMIN), listed("grace@acmecorp.com", ADMIN), listed("New@acmecorp.com")];
  expect(makePlan([ada, grace, alan], list)).toEqual({
    steps: [
      { action: "create", email: "New@acmecorp.com", role_ids: undefined },
      { action: "change", email: "ada@acmecorp.com", role_ids: [ADMIN], user: ada },
      { action: "change", email: "grace@acmecorp.com", role_ids: [ADMIN], user: grace },
      { action: "delete", email: "alan@acmecorp.com", user: alan },
    ],
    unchanged: 0,
  });
});

test("the plan names every deletion, but only the first 20 of other steps", () => {
  const users = Array.from({ length: 30 }, (_, index) => user(`old-${index}@acmecorp.com`, [MEMBER]));
  const described = describePlan(makePlan(users, people(30)));
  for (const { email } of users) expect(described).toContain(`\n  ${email}`);
  expect(described).toContain("create: 30\n");
  expect(described).toContain(`person-19@acmecorp.com  ${MEMBER}\n  … and 10 more\n`);
});

// The guards

const FIVE = [
  user("boss@acmecorp.com", [ADMIN], "admin"),
  ...["a", "b", "c", "d"].map((name) => user(`${name}@acmecorp.com`, [MEMBER], "user")),
];
/** The roles of the only admin do not show which one of them makes a user an admin. */
const SEVERAL_ROLES = [user("boss@acmecorp.com", [ADMIN, MEMBER], "admin"), ...FIVE.slice(1)];
const EVERYBODY = FIVE.map(({ email }) => listed(email));
const without = (...names: string[]): ListedUser[] =>
  EVERYBODY.filter(({ email }) => !names.some((name) => email.startsWith(`${name}@`)));
const withRole = (name: string, role: string, list = EVERYBODY): ListedUser[] =>
  list.map((entry) => (entry.email.startsWith(`${name}@`) ? listed(entry.email, role) : entry));

function objections(
  list: ListedUser[],
  {
    users = FIVE,
    limit = "20%",
    roles = [],
  }: { users?: readonly User[]; limit?: Limit; roles?: readonly string[] } = {},
): string[] {
  return objectionsTo(makePlan(users, list), users, limit, new Admins(users, roles));
}

test.each([
  ["deletes a fifth of the users", without("a"), {}],
  ["deletes as many users as the limit", without("a", "b"), { limit: "2" }],
  ["deletes an admin if another one is left", withRole("a", ADMIN, without("boss")), {}],
  ["demotes an admin if another one is left", withRole("a", ADMIN, withRole("boss", MEMBER)), {}],
  ["changes an admin to other roles of an admin", withRole("boss", ADMIN), {}],
  [
    "keeps a role of the only admin that --admin-role names",
    withRole("boss", ADMIN),
    { users: SEVERAL_ROLES, roles: [ADMIN] },
  ],
  ["deletes users who are not admins", without("a"), { roles: [ADMIN.toUpperCase()] }],
  ["deletes the last admin, if the organization needs none", without("boss"), { roles: ["none"] }],
  [
    "only creates, although nobody is known to be an admin",
    [...people(3), listed("a@acmecorp.com")],
    { users: [FIVE[1]!] },
  ],
] as const)("sync-users accepts a plan that %s", (_what, list, options) => {
  expect(objections([...list], options)).toEqual([]);
});

test.each([
  ["deletes more than a fifth of the users", without("a", "b"), {}, /deletes 2 of 5 users.*--max-delete 2\b/],
  ["deletes more than the limit", without("a"), { limit: "0" }, /deletes 1 of 5 users/],
  ["deletes all users", people(3), { limit: "100%" }, /without an admin/],
  ["deletes the last admin", without("boss"), {}, /without an admin/],
  ["demotes the last admin", withRole("boss", MEMBER), {}, /without an admin/],
  ["keeps one of several roles of the only admin, without --admin-role", withRole("boss", ADMIN), { users: SEVERAL_ROLES }, /pass the id of the admin role with --admin-role/], // prettier-ignore
  [
    "replaces the last admin by a new user",
    [...without("boss"), listed("new@acmecorp.com", ADMIN)],
    {},
    /without an admin/,
  ],
  ["deletes the last user with the role of --admin-role", without("a"), { users: FIVE.slice(1, 2), limit: "100%", roles: [MEMBER] }, /without an admin/], // prettier-ignore
  ["deletes users although nobody is known to be an admin", without("a"), { users: FIVE.slice(1) , limit: "100%" }, /--admin-role/], // prettier-ignore
  [
    "deletes users although nobody has the role of --admin-role",
    without("a"),
    { roles: [ORGANIZATION] },
    /--admin-role/,
  ],
] as const)("sync-users refuses a plan that %s", (_what, list, options, reason) => {
  expect(objections([...list], options)).toEqual([expect.stringMatching(reason)]);
});

// Executing the plan

interface Run {
  readonly sandbox: Sandbox;
  readonly outcomes: Outcome[];
  /** Of the sandbox, without the first list. */
  readonly requests: Sandbox["requests"];
}

/** Executes the plan for this list in memory. `prepare` runs after the users have been listed. */
async function sync(
  list: ListedUser[],
  { seed = {}, concurrency = 4, prepare = () => {} }: { seed?: SandboxOptions; concurrency?: number; prepare?: (sandbox: Sandbox, users: User[], stop: () => void) => unknown } = {}, // prettier-ignore
): Promise<Run> {
  const sandbox = createSandbox(seed);
  const polytomic = new Polytomic({ partnerKey: sandbox.partnerKey, fetch: sandbox.fetch, maxRetries: 2 });
  const directory = customerOrganization(polytomic, sandbox.organizationId);
  const users = await directory.list();
  const stop = new AbortController();
  await prepare(sandbox, users, () => stop.abort());
  const outcomes = await execute(makePlan(users, list).steps, {
    directory,
    admins: new Admins(users, []),
    concurrency,
    signal: stop.signal,
    onOutcome: () => {},
  });
  return { sandbox, outcomes, requests: sandbox.requests.slice(1) };
}

/** The outcomes as `<action> <address>: <result>`. */
const shortly = (outcomes: readonly Outcome[]): string[] =>
  outcomes.map(({ step, result }) => `${step.action} ${step.email}: ${result}`);

/** What somebody else does in the meantime. */
function somebodyElse(sandbox: Sandbox): Polytomic["users"] {
  return new Polytomic({ apiKey: sandbox.apiKey, fetch: sandbox.fetch }).users;
}

test("users are created first, then admins promoted, other roles changed, and users deleted", async () => {
  const seed = { organizations: [{ users: [{ email: JANE, role: "admin" }, { email: JOHN, role: "user" }, { email: "alan@acmecorp.com", role: "user" }] }] }; // prettier-ignore
  const list = [listed(JOHN, ADMIN), listed(JANE, MEMBER), listed("ada@acmecorp.com", ADMIN)];
  const { sandbox, requests } = await sync(list, { seed });
  expect(requests.map(({ method, body }) => [method, (body as { email?: string } | undefined)?.email])).toEqual([
    ["POST", "ada@acmecorp.com"],
    ["PUT", JOHN],
    ["PUT", JANE],
    ["DELETE", undefined],
  ]);
  expect(usersOf(sandbox)).toEqual({ [JANE]: [MEMBER], [JOHN]: [ADMIN], "ada@acmecorp.com": [ADMIN] });
});

test("as many calls run at the same time as --concurrency says", async () => {
  let [now, most] = [0, 0];
  const directory = {
    list: async () => [],
    async create(email: string) {
      most = Math.max(most, ++now);
      await sleep(5);
      now--;
      return user(email, null);
    },
    changeRoles: async (each: User) => each,
    delete: async (each: User) => each,
  };
  const { steps } = makePlan([], people(10));
  const signal = new AbortController().signal;
  await execute(steps, { directory, admins: new Admins([], []), concurrency: 3, signal, onOutcome: () => {} });
  expect(most).toBe(3);
});

test("a user who fails does not stop the others", async () => {
  const { sandbox, outcomes } = await sync([...people(6), listed(JANE), listed(JOHN)], {
    prepare: (given) => given.fail({ operation: "createPartnerUser", status: 500 }),
  });
  expect(outcomes.filter(({ result }) => result === "failed")).toEqual([
    expect.objectContaining({ note: expect.stringMatching(/^ServerError: .*500/) as string }),
  ]);
  expect(Object.keys(usersOf(sandbox))).toHaveLength(7);
});

test("a creation whose response is lost is repeated with the same key, and creates one user", async () => {
  const { sandbox, outcomes, requests } = await sync([listed(JANE), listed(JOHN), ...people(1)], {
    prepare: (given) => given.fail({ operation: "createPartnerUser", drop: "response" }),
  });
  expect(outcomes).toMatchObject([{ result: "done" }]);
  expect(requests.map(({ headers }) => headers["idempotency-key"])).toEqual([expect.any(String), requests[0]!.headers["idempotency-key"]]); // prettier-ignore
  expect(Object.keys(usersOf(sandbox))).toHaveLength(3);
});

test("if somebody else has created the user, the roles are changed instead", async () => {
  const { sandbox, outcomes } = await sync([listed(JANE), listed(JOHN), listed("Ada@acmecorp.com", ADMIN)], {
    prepare: (given) => somebodyElse(given).create({ email: "ada@acmecorp.com", role_ids: [MEMBER] }),
  });
  expect(outcomes).toMatchObject([{ result: "done", note: "existed already; changed the roles" }]);
  expect(usersOf(sandbox)["ada@acmecorp.com"]).toEqual([ADMIN]);
});

test.each([[[MEMBER]], [[]]])(
  "if somebody else has created the user with the listed roles %j, nothing is changed",
  async (role_ids) => {
    const { outcomes, requests } = await sync([listed(JANE), listed(JOHN), listed("ada@acmecorp.com", ...role_ids)], {
      prepare: (given) => somebodyElse(given).create({ email: "ada@acmecorp.com", role_ids: [MEMBER] }),
    });
    expect(outcomes).toMatchObject([{ result: "done", note: "existed already" }]);
    expect(requests.filter(({ method }) => method === "PUT")).toEqual([]);
  },
);

test("a creation that is refused for another reason fails", async () => {
  const { outcomes } = await sync([listed(JANE), listed(JOHN), ...people(1)], {
    prepare: (given) => given.fail({ operation: "createPartnerUser", status: 422 }),
  });
  expect(outcomes).toMatchObject([{ result: "failed", note: expect.stringMatching(/^UnprocessableEntityError/) as string }]); // prettier-ignore
});

test("a user whom somebody else has deleted is neither deleted nor reported as failed", async () => {
  const { outcomes } = await sync([listed(JANE)], {
    prepare: (given, users) => somebodyElse(given).delete(users[1]!.id),
  });
  expect(outcomes).toMatchObject([{ result: "done", note: "no longer exists" }]);
});

test("a deletion whose response is lost is done", async () => {
  const { sandbox, outcomes } = await sync([listed(JANE)], {
    prepare: (given) => given.fail({ operation: "deletePartnerUser", drop: "response" }),
  });
  expect(outcomes).toMatchObject([{ result: "done" }]);
  expect(Object.keys(usersOf(sandbox))).toEqual([JANE]);
});

test("a listed user whom somebody else has deleted is created again", async () => {
  const { sandbox, outcomes } = await sync([listed(JANE), listed(JOHN, ADMIN)], {
    prepare: (given, users) => somebodyElse(given).delete(users[1]!.id),
  });
  expect(outcomes).toMatchObject([{ result: "done", note: "was deleted in the meantime; created again" }]);
  expect(usersOf(sandbox)[JOHN]).toEqual([ADMIN]);
});

test("the last admin is not deleted if the promotion of another user fails", async () => {
  const { sandbox, outcomes } = await sync([listed(JOHN, ADMIN)], {
    prepare: (given) => given.fail({ operation: "updatePartnerUser", status: 403 }),
  });
  expect(shortly(outcomes)).toEqual([`delete ${JANE}: failed`, `change ${JOHN}: failed`]);
  expect(outcomes.map(({ note }) => note)).toContain("This is the last admin.");
  expect(usersOf(sandbox)).toHaveProperty([JANE]);
});

test("the last admin is deleted once another user has been promoted", async () => {
  const { sandbox } = await sync([listed(JOHN, ADMIN)]);
  expect(usersOf(sandbox)).toEqual({ [JOHN]: [ADMIN] });
});

test("the last admin is not deleted if the other one has been deleted by somebody else", async () => {
  const { sandbox, outcomes } = await sync([listed(JOHN, ADMIN)], {
    prepare: (given, users) => somebodyElse(given).delete(users[1]!.id),
  });
  expect(shortly(outcomes)).toEqual([`delete ${JANE}: failed`, `change ${JOHN}: done`]);
  expect(usersOf(sandbox)).toHaveProperty([JANE]);
});

test("calls that exceed the rate limit are repeated until they succeed", async () => {
  const { sandbox, outcomes, requests } = await sync([listed(JANE), listed(JOHN), ...people(12)], {
    prepare: (given) => given.rateLimit({ requests: 8, per: 500 }),
  });
  expect(outcomes.every(({ result }) => result === "done")).toBe(true);
  expect(requests.some(({ status }) => status === 429)).toBe(true);
  expect(Object.keys(usersOf(sandbox))).toHaveLength(14);
});

test("if the API rejects the key, no further step starts", async () => {
  const { outcomes } = await sync([listed(JANE), listed(JOHN), ...people(9)], {
    concurrency: 1,
    prepare: (given) => given.fail({ operation: "createPartnerUser", status: 401 }),
  });
  expect(outcomes.map(({ result }) => result)).toEqual(["failed", ...Array.from({ length: 8 }, () => "not started")]);
});

test("after an interruption, no further step starts", async () => {
  const { outcomes, requests } = await sync(people(3), { prepare: (_sandbox, _users, stop) => stop() });
  expect(new Set(outcomes.map(({ result }) => result))).toEqual(new Set(["not started"]));
  expect(requests).toEqual([]);
});

// Progress

/** What the progress writes for these outcomes. */
function shown(isTTY: boolean, ...outcomes: Outcome[]): string {
  let out = "";
  const stream = { isTTY, write: (chunk: string) => Boolean((out += chunk)) } as unknown as NodeJS.WriteStream;
  const progress = showProgress(2, stream);
  for (const outcome of outcomes) progress.add(outcome);
  progress.end();
  return out;
}

const CREATED: Outcome = { step: { action: "create", email: "ada@acmecorp.com", role_ids: undefined }, result: "done" };

test("the progress is a bar on a terminal, with a line for each failure", () => {
  const failed: Outcome = { ...CREATED, result: "failed", note: "ServerError: …" };
  const [line, bar] = ["\r\u{1b}[K", "##########.........."];
  expect(shown(true, CREATED, failed)).toBe(
    `${line}[${bar}] 1/2${line}could not create ada@acmecorp.com: ServerError: …\n[####################] 2/2\n`,
  );
});

test("the progress is a line for each user if the output is not a terminal", () => {
  expect(shown(false, CREATED)).toBe("1/2 created ada@acmecorp.com\n");
});

// The command

/** Serves a sandbox beside a list. `run` runs the example in a thread, `spawned` in a process. */
async function setUp(list: readonly ListedUser[], seed: SandboxOptions = {}) {
  const sandbox = createSandbox(seed);
  const { folder, env } = await serve(sandbox);
  const file = join(folder, "users.json");
  await writeFile(file, JSON.stringify(list.map(({ email, role_ids = null }) => ({ email, role_ids }))));
  return {
    sandbox,
    run: (args: string[] = [], other: Record<string, string> = {}): Promise<Ended> =>
      start("examples/sync-users.ts", [file, ...args], { ...env, ...other }).ended,
    spawned: (program: readonly string[]) => {
      const child = spawn(process.execPath, [...program, file, "--apply"], {
        cwd: ROOT,
        env: { ...ENV, ...env },
        detached: true,
      });
      onTestFinished(() => void child.kill("SIGKILL"));
      const ended = Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]).then(
        ([[code], stdout, stderr]): Ended => ({ code: code as number, stdout, stderr }),
      );
      return { child, ended };
    },
    writes: () => sandbox.requests.filter(({ method }) => method !== "GET"),
  };
}

test("sync-users with --apply makes the users those on the list, and a second run has nothing to do", async () => {
  const list = [listed("JANE.doe@acmecorp.com"), listed(JOHN, ADMIN, MEMBER), listed("Ada@acmecorp.com", MEMBER)];
  const { sandbox, run, writes } = await setUp(list);
  expect(await run(["--apply"])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/\ncreated: 1, changed: 1, deleted: 0, failed: 0, not started: 0\n$/) as string,
    stderr: `1/2 created Ada@acmecorp.com\n2/2 changed ${JOHN}\n`,
  });
  expect(usersOf(sandbox)).toEqual({ [JANE]: [ADMIN], [JOHN]: [ADMIN, MEMBER], "ada@acmecorp.com": [MEMBER] });
  const again = {
    code: 0,
    stderr: "",
    stdout: expect.stringMatching(/\nunchanged: 3\n\nNothing to do\.\n$/) as string,
  };
  expect(await run(["--apply"])).toMatchObject(again);
  expect(writes()).toHaveLength(2);
});

test("docs/guides/syncing-users.md shows what sync-users prints for examples/users.csv", async () => {
  const { env } = await serve(createSandbox());
  const { stdout } = await start("examples/sync-users.ts", [join(ROOT, "examples/users.csv")], env).ended;
  const page = await readFile(join(ROOT, "docs/guides/syncing-users.md"), "utf8");
  expect(page).toContain(`\n\`\`\`text\n${stdout.replace(`${ROOT}/`, "").replace(ROOT, "")}\`\`\`\n`);
});

test("the options and defaults of sync-users in its help are those in docs/guides/syncing-users.md", async () => {
  const { stdout } = await start("examples/sync-users.ts", ["--help"]).ended;
  const rows = await tableOf("docs/guides/syncing-users.md", /^\| option/);
  const options = rows.map(([option]) => quoted(option)[0]!);
  expect([...stdout.matchAll(/^ {2}(--\S+(?: <\w+>)?)/gm)].map(([, option]) => option)).toEqual([...options, "--help"]);
  for (const [option = "", value = ""] of rows.filter(([, each]) => /^`|^\d/.test(each!))) {
    const help = stdout.slice(stdout.indexOf(quoted(option)[0]!));
    expect(/Default: (.*)\.$/m.exec(help)![1], option).toBe(value.replaceAll("`", ""));
  }
});

test("sync-users sends nothing if a guard refuses the plan", async () => {
  const { run, writes } = await setUp([listed(JANE)]);
  const { code, stdout, stderr } = await run(["--apply"]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^Nothing was changed\.\n.*--max-delete 1/),
  });
  expect(stdout).toContain(`delete: 1\n  ${JOHN}\n`);
  expect(await run(["--apply", "--max-delete", "50%"])).toMatchObject({ code: 0 });
  expect(writes()).toHaveLength(1);
});

test("sync-users lists the users that failed, ends with 1, and does what is left in the next run", async () => {
  const { sandbox, run } = await setUp([listed(JANE), listed(JOHN), ...people(5)]);
  sandbox.fail({ operation: "createPartnerUser", status: 500 });
  sandbox.fail({ operation: "createPartnerUser", drop: "response" });
  const { code, stdout } = await run(["--apply"]);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /created: 4, .*failed: 1, .*\n\nFailed:\n {2}create person-\d@acmecorp\.com: ServerError: .*\n/,
  );
  const next = { code: 0, stdout: expect.stringContaining("created: 1, changed: 0, deleted: 0, failed: 0") as string };
  expect(await run(["--apply"])).toMatchObject(next);
  expect(Object.keys(usersOf(sandbox))).toHaveLength(7);
});

test("a user whose creation failed although it took effect is found by the next run", async () => {
  const { sandbox, run } = await setUp([listed(JANE), listed(JOHN), ...people(1)]);
  sandbox.fail({ operation: "createPartnerUser", drop: "response" });
  sandbox.fail({ operation: "createPartnerUser", status: 503, retryAfter: 0, times: 8 });
  expect(await run(["--apply"])).toMatchObject({ code: 1, stdout: expect.stringContaining("ServerError") as string });
  expect(await run(["--apply"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Nothing to do.") as string,
  });
});

test("sync-users uses an API key for its own organization, without POLYTOMIC_ORGANIZATION_ID", async () => {
  const { sandbox, run } = await setUp([listed(JANE), listed(JOHN, ADMIN), ...people(1)]);
  const own = { POLYTOMIC_DEPLOYMENT_KEY: "", POLYTOMIC_API_KEY: sandbox.apiKey, POLYTOMIC_ORGANIZATION_ID: "" };
  expect(await run(["--apply"], own)).toMatchObject({ code: 0 });
  const operations = ["listCurrentOrgUsers", "createCurrentOrgUser", "updateCurrentOrgUser"];
  expect(sandbox.requests.map(({ operation }) => operation)).toEqual(operations);
});

test("sync-users sends nothing if the API key belongs to another organization than POLYTOMIC_ORGANIZATION_ID", async () => {
  const { sandbox, run, writes } = await setUp([listed(JANE), listed(JOHN), ...people(1)]);
  const other = { POLYTOMIC_DEPLOYMENT_KEY: "", POLYTOMIC_API_KEY: sandbox.apiKey, POLYTOMIC_ORGANIZATION_ID: JANE };
  expect(await run(["--apply"], other)).toEqual({ code: 1, stdout: "", stderr: expect.stringContaining(ORGANIZATION) });
  expect(writes()).toEqual([]);
});

test.each([
  ["no list", [], /^Usage: /],
  ["two lists", ["other.csv"], /^Name one list/],
  ["an unknown option", ["--aply"], /'--aply'/],
  ["a limit that is not a number", ["--max-delete", "half"], /--max-delete must be/],
  ["a limit above 100%", ["--max-delete", "120%"], /--max-delete must be/],
  ["no calls at a time", ["--concurrency", "0"], /--concurrency must be/],
  ["a role name", ["--admin-role", "admin"], /--admin-role must be/],
])("sync-users sends nothing if the command line has %s", async (what, args, message) => {
  const { sandbox, run } = await setUp(people(1));
  const outcome = what === "no list" ? await start("examples/sync-users.ts", []).ended : await run(args);
  expect(outcome).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
  expect(sandbox.requests).toEqual([]);
});

test("sync-users --help prints the options", async () => {
  const { code, stdout } = await start("examples/sync-users.ts", ["--help"]).ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("--max-delete") });
});

test("sync-users needs POLYTOMIC_ORGANIZATION_ID with a partner or deployment key", async () => {
  const { run } = await setUp(people(1));
  const outcome = await run([], { POLYTOMIC_ORGANIZATION_ID: "" });
  expect(outcome).toEqual({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^Set POLYTOMIC_ORGANIZATION_ID .*\n$/),
  });
});

/** Signals the process and its children, as a terminal does. */
function pressCtrlC({ pid }: ChildProcess): void {
  process.kill(-pid!, "SIGINT");
}

/** Waits until the sandbox has received this many creations. */
async function creations(writes: () => readonly unknown[], count: number): Promise<void> {
  while (writes().length < count) await sleep(5);
}

test("after Ctrl-C, npm run demo -- sync-users waits for the running calls, lists what is left, and ends with 130", async () => {
  const { sandbox, spawned, run, writes } = await setUp([listed(JANE), listed(JOHN), ...people(40)], { latency: 30 });
  const { child, ended } = spawned(["scripts/docs/example.ts", "sync-users"]);
  await creations(writes, 8);
  pressCtrlC(child);
  const { code, stdout, stderr } = await ended;
  expect({ code }, stdout + stderr).toEqual({ code: 130 });
  const [, created, left] = /\ncreated: (\d+), .*failed: 0, not started: (\d+)\n/.exec(stdout)!.map(Number);
  expect(created! + left!).toBe(40);
  expect(left).toBeGreaterThan(20);
  expect(stdout.match(/^ {2}create {2}person-\d+@acmecorp\.com/gm)).toHaveLength(left!);
  expect(Object.keys(usersOf(sandbox))).toHaveLength(2 + created!);
  expect(writes().every(({ status }) => status === 200)).toBe(true);
  const next = { code: 0, stdout: expect.stringContaining(`created: ${left}, `) as string };
  expect(await run(["--apply"])).toMatchObject(next);
  expect(Object.keys(usersOf(sandbox))).toHaveLength(42);
});

test("a second Ctrl-C ends sync-users at once", async () => {
  const { sandbox, spawned, writes } = await setUp([listed(JANE), listed(JOHN), ...people(4)]);
  sandbox.fail({ operation: "createPartnerUser", delay: 30_000, times: 4 });
  const { child, ended } = spawned(["examples/sync-users.ts"]);
  await creations(writes, 4);
  pressCtrlC(child);
  await once(child.stderr, "data");
  pressCtrlC(child);
  expect(await ended).toMatchObject({ code: 130 });
});
