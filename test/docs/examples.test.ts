import { execFile } from "node:child_process";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import worker from "../../examples/cloudflare-worker.ts";
import { Polytomic } from "../../src/index.ts";
import { createSandbox, type SandboxOptions } from "../../src/testing/index.ts";
import { serve, start, type Outcome } from "./run-example.ts";
import { ENV, ROOT } from "./tables.ts";

const CHECKS = fileURLToPath(new URL("../sandbox/contract/register.ts", import.meta.url));
const EXAMPLES = join(ROOT, "examples");

/** `npm run example`, in a thread; for what ends before an example starts. */
const command = (args: readonly string[], env?: Record<string, string>): Promise<Outcome> =>
  start("scripts/docs/example.ts", args, env).ended;

const USERS = join(EXAMPLES, "users.csv");

/** Part of what each example prints. bulk-invite, cloudflare-worker and sync-users have tests of their own. */
const SHOWN = {
  "find-user-by-email": "Jane.Doe@AcmeCorp.com has the id a3f1c2d4-5b6e-7f89-0123-456789abcdef. Role ids: d9f8e7c6",
  "list-partner-users": "jane.doe@acmecorp.com",
  "onboard-customer": "The customer's key can list 3 users.\nDeleted root@customer.example.com.",
  opentelemetry: "  GET /api/organizations/{org_id}/users/{id}  404 404",
  "rotate-keys": "rotated  john.smith@acmecorp.com\nThe service still lists 2 users.",
  "sandbox-as-fetch": "ada.lovelace@acmecorp.com",
  "sandbox-in-vitest": "Tests  3 passed (3)",
  "sandbox-over-http": '200 {"data":[{"email":"ada.lovelace@acmecorp.com"',
  "sandbox-under-msw": "There are 2 users.",
};

/** These run as `npm run example` runs them: by Node, with `--apply` or without it, and by Vitest. */
test.each(["find-user-by-email", "onboard-customer", "sandbox-in-vitest"] as const)(
  "npm run demo -- %s runs the example against a sandbox and ends with 0",
  async (name) => {
    const env = { ...ENV, NODE_OPTIONS: `--import=${CHECKS}` };
    const { code, stdout, stderr } = await new Promise<Outcome>((resolve) => {
      const program = [join(ROOT, "scripts/docs/example.ts"), name];
      const child = execFile(process.execPath, program, { env }, (_error, out, err) =>
        resolve({ code: child.exitCode ?? -1, stdout: out, stderr: err }),
      );
    });
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(SHOWN[name]);
  },
);

test.each(["opentelemetry", "rotate-keys"] as const)(
  "the example %s runs against a sandbox over HTTP and ends with 0",
  async (name) => {
    const { env } = await serve(createSandbox());
    const { code, stdout, stderr } = await start(`examples/${name}.ts`, ["--apply"], env).ended;
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(SHOWN[name]);
  },
);

test.each(["list-partner-users", "sandbox-as-fetch", "sandbox-over-http", "sandbox-under-msw"] as const)(
  "the example %s runs with a sandbox of its own, even if POLYTOMIC_DEPLOYMENT_URL is set, and ends with 0",
  async (name) => {
    const other = { POLYTOMIC_DEPLOYMENT_URL: "https://polytomic.example" };
    const { code, stdout, stderr } = await start(`examples/${name}.ts`, [], other, ["--import", CHECKS]).ended;
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(SHOWN[name]);
  },
);

test("a second run of onboard-customer against the same API ends with 0", async () => {
  const { env } = await serve(createSandbox());
  for (const run of [1, 2]) {
    const { code, stdout, stderr } = await start("examples/onboard-customer.ts", ["--apply"], env).ended;
    expect({ code, stderr }, `run ${run}: ${stdout}`).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Created root@customer.example.com.");
    expect(stdout).toContain(SHOWN["onboard-customer"]);
  }
});

test("onboard-customer continues with a user who exists, and does not delete that user", async () => {
  const sandbox = createSandbox();
  const { env } = await serve(sandbox);
  const args = ["Jane.Doe@acmecorp.com", "--apply"];
  const { code, stdout } = await start("examples/onboard-customer.ts", args, env).ended;
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringContaining("jane.doe@acmecorp.com already exists."),
  });
  expect(sandbox.snapshot().organizations[0]!.users).toHaveLength(2);
});

test("onboard-customer reports the real failure, even if the deletion fails too", async () => {
  const sandbox = createSandbox();
  const { env } = await serve(sandbox);
  sandbox.fail({ operation: "createPartnerUserApiKey", status: 403 });
  sandbox.fail({ operation: "deletePartnerUser", status: 404 });
  const { code, stderr } = await start("examples/onboard-customer.ts", ["--apply"], env).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Could not delete root@customer\.example\.com\. NotFoundError: .*\nForbiddenError: .*\n$/);
});

test.each([
  ["bulk-invite", "This invites 3 of the 4 people in examples/people.csv to http://127.0.0.1:"],
  ["onboard-customer", "This creates root@customer.example.com in the organization 248df4b7"],
  ["rotate-keys", "This revokes the key of every user, and stores 2 new keys in memory."],
  ["sync-users", "create: 2\n"],
])("with a key, %s prints what it will do, and changes nothing without --apply", async (name, plan) => {
  const sandbox = createSandbox();
  const { env } = await serve(sandbox);
  const args = name === "sync-users" ? [USERS] : [];
  const { code, stdout, stderr } = await start(`examples/${name}.ts`, args, env).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(plan);
  expect(stdout).toMatch(/\nNothing was changed\. .*--apply.*\n$/);
  expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
});

const KEYED = [
  "bulk-invite",
  "find-user-by-email",
  "list-partner-users",
  "onboard-customer",
  "opentelemetry",
  "rotate-keys",
  "sync-users",
] as const;

test.each(KEYED)("%s reports a rejected key in one message and ends with 1", async (name) => {
  const { env, folder } = await serve(createSandbox());
  const args = name === "sync-users" ? [USERS] : name === "rotate-keys" ? [join(folder, "keys.jsonl")] : [];
  const rejected = { ...env, POLYTOMIC_DEPLOYMENT_KEY: "not-a-valid-key" };
  const { code, stderr } = await start(`examples/${name}.ts`, [...args, "--apply"], rejected).ended;
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^.*\b401\b.*\n$/) as string });
});

test("list-partner-users lists the users with a partner key, a deployment key and an API key", async () => {
  const sandbox = createSandbox();
  const { env } = await serve(sandbox);
  const { POLYTOMIC_DEPLOYMENT_KEY: _key, ...withoutKey } = env;
  for (const key of [
    { POLYTOMIC_PARTNER_KEY: sandbox.partnerKey },
    { POLYTOMIC_DEPLOYMENT_KEY: sandbox.deploymentKey },
    { POLYTOMIC_API_KEY: sandbox.apiKey, POLYTOMIC_ORGANIZATION_ID: "" },
  ]) {
    const outcome = await start("examples/list-partner-users.ts", [], { ...withoutKey, ...key }).ended;
    expect(outcome).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("jane.doe") as string });
    expect(outcome.stdout).not.toContain("sandbox");
  }
  expect(sandbox.requests.map(({ operation }) => operation)).toEqual([
    "listPartnerUsers",
    "listPartnerUsers",
    "listCurrentOrgUsers",
  ]);
  const withoutOrganization = { ...env, POLYTOMIC_ORGANIZATION_ID: "" };
  const refused = {
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^Set POLYTOMIC_ORGANIZATION_ID .*\n$/) as string,
  };
  expect(await start("examples/list-partner-users.ts", [], withoutOrganization).ended).toEqual(refused);
});

test("npm run demo -- without a name lists the examples, all of which are documented, tested and in the README", async () => {
  const files = (await readdir(EXAMPLES)).filter((file) => file.endsWith(".ts"));
  const names = files.map((file) => file.replace(/(?:\.test)?\.ts$/, "")).toSorted();
  expect(names).toEqual([...Object.keys(SHOWN), "bulk-invite", "cloudflare-worker", "sync-users"].toSorted());
  const { code, stderr } = await command([]);
  expect(code).toBe(1);
  expect(stderr.match(/^ {2}\S+$/gm)?.map((line) => line.trim())).toEqual(names);
  const page = await readFile(join(EXAMPLES, "README.md"), "utf8");
  expect([...page.matchAll(/^\| `([a-z]\S+)`/gm)].map(([, name]) => name!).toSorted()).toEqual(names);
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  for (const file of files) {
    expect(readme).toContain(`](examples/${file})`);
    const source = await readFile(join(EXAMPLES, file), "utf8");
    expect(source, file).toContain(` *     npm run demo -- ${file.replace(/(?:\.test)?\.ts$/, "")}`);
  }
});

test("npm run demo -- names the missing variable if a key is set without an organization", async () => {
  const { env } = await serve(createSandbox());
  for (const name of [
    "bulk-invite",
    "cloudflare-worker",
    "find-user-by-email",
    "onboard-customer",
    "opentelemetry",
    "rotate-keys",
  ]) {
    const { code, stderr } = await command([name], { ...env, POLYTOMIC_ORGANIZATION_ID: "" });
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^.*POLYTOMIC_ORGANIZATION_ID.*${name}.*\n$`));
  }
});

/** Serves a sandbox whose key is not the default one, which rotate-keys takes for a key of the real API. */
async function setUpRotation(options: SandboxOptions = {}) {
  const sandbox = createSandbox({ deploymentKey: "a-key-of-my-own", ...options });
  const { folder, env } = await serve(sandbox);
  const rotate = (...args: string[]): Promise<Outcome> =>
    start("examples/rotate-keys.ts", [...args, "--apply"], env).ended;
  return { sandbox, url: env.POLYTOMIC_DEPLOYMENT_URL, folder, rotate };
}

test("rotate-keys revokes no key of the real API without a writable file for the new keys", async () => {
  const { sandbox, rotate, folder } = await setUpRotation();
  const refused = { code: 1, stdout: "", stderr: expect.stringMatching(/^Name a file to store the new keys in.*\n$/) };
  expect(await rotate()).toEqual(refused);
  const unwritable = {
    code: 1,
    stderr: expect.stringMatching(/^Nothing was changed\. Cannot write to .*\n$/) as string,
  };
  expect(await rotate(join(folder, "missing/keys.jsonl"))).toMatchObject(unwritable);
  expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("rotate-keys stores each new key in the file, which only its owner can read", async () => {
  const { rotate, folder, url } = await setUpRotation();
  const file = join(folder, "keys.jsonl");
  expect(await rotate(file)).toMatchObject({ code: 0, stderr: "" });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const lines = (await readFile(file, "utf8")).trim().split("\n").map((line) => JSON.parse(line) as { email: string; value: string }); // prettier-ignore
  const newest = new Map(lines.map(({ email, value }) => [email, value]));
  expect([...newest.keys()]).toEqual(["jane.doe@acmecorp.com", "john.smith@acmecorp.com"]);
  for (const apiKey of newest.values())
    expect(await new Polytomic({ apiKey, baseUrl: url }).users.list()).toHaveLength(2);
});

test("rotate-keys ends with 0 if the organization has no users", async () => {
  const { rotate, folder } = await setUpRotation({ organizations: [{}] });
  const nobody = { code: 0, stdout: "The organization has no users.\n" };
  expect(await rotate(join(folder, "keys.jsonl"))).toMatchObject(nobody);
});

/** What bulk-invite prints before it invites. */
const PLAN = /^This invites \d+ of the \d+ people .*\n/;

const people = Array.from({ length: 20 }, (_, index) => `person-${index}@acmecorp.com`);

/**
 * Serves a sandbox beside a CSV file of these addresses. `invite` runs bulk-invite on them.
 *
 * @param beforeCreation Called before the sandbox receives a POST, with the number of the POST, from 1.
 */
async function setUp(
  addresses: readonly string[],
  options: SandboxOptions = {},
  beforeCreation?: (number: number) => Promise<unknown> | undefined,
) {
  const sandbox = createSandbox(options);
  let [now, most, posts] = [0, 0, 0];
  const { folder, env } = await serve(sandbox, {
    async fetch(request) {
      most = Math.max(most, ++now);
      if ((request as Request).method === "POST") await beforeCreation?.(++posts);
      return sandbox.fetch(request).finally(() => now--);
    },
  });
  const [file, report] = [join(folder, "people.csv"), join(folder, "report.jsonl")];
  await writeFile(file, ["email,role", ...addresses.map((address) => `${address},user`), ""].join("\n"));
  return {
    sandbox,
    file,
    report,
    env,
    invite: (other = {}) => {
      const { thread, ended } = start("examples/bulk-invite.ts", [file, report, "--apply"], { ...env, ...other });
      return { thread, ended: ended.then((outcome) => ({ ...outcome, stdout: outcome.stdout.replace(PLAN, "") })) };
    },
    emails: () => sandbox.snapshot().organizations[0]!.users.map(({ email }) => email),
    creations: () => sandbox.requests.filter(({ method }) => method === "POST"),
    mostAtATime: () => most,
  };
}

test("bulk-invite invites each address once, ignoring case, and shows its progress", async () => {
  const { invite, emails, creations } = await setUp([...people, "JANE.DOE@acmecorp.com", "Person-0@acmecorp.com"]);
  const { code, stdout, stderr } = await invite().ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("invited: 20") as string });
  expect(stdout).toContain("existing: 1");
  expect(stderr).toMatch(/\[#{10}\.{10}\] 1[01]\/21\r/);
  expect(stderr).toMatch(/\[#{20}\] 21\/21\n$/);
  expect(emails()).toHaveLength(22);
  expect(creations()).toHaveLength(20);
});

test("bulk-invite invites four people at a time", async () => {
  let release = (): void => {};
  const fourAreWaiting = new Promise<void>((resolve) => (release = resolve));
  const { invite, mostAtATime } = await setUp(people, { latency: 20 }, (number) => {
    if (number === 4) release();
    return fourAreWaiting;
  });
  expect((await invite().ended).code).toBe(0);
  expect(mostAtATime()).toBe(4);
});

test("a second run of bulk-invite invites nobody, not even users who have been deleted since", async () => {
  const { sandbox, invite, creations } = await setUp(people);
  await invite().ended;
  const gone = sandbox.snapshot().organizations[0]!.users.at(-1)!.id;
  await sandbox.fetch(`https://sandbox.example/api/organizations/${sandbox.organizationId}/users/${gone}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${sandbox.partnerKey}`, "x-polytomic-version": "2025-09-18" },
  });
  const { code, stdout } = await invite().ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: "{ 'invited earlier': 20 }\n" });
  expect(creations()).toHaveLength(20);
});

test("bulk-invite keeps organizations and servers apart in one report", async () => {
  const two = { organizations: [{}, {}] };
  const { sandbox, invite } = await setUp(people.slice(0, 3), two);
  const elsewhere = await setUp(people.slice(0, 3), two);
  const [first, second] = sandbox.snapshot().organizations.map(({ id }) => ({ POLYTOMIC_ORGANIZATION_ID: id }));
  const invited = { code: 0, stdout: "{ 'invited earlier': 0, invited: 3 }\n" };
  expect(await invite(first).ended).toMatchObject(invited);
  expect(await invite(second).ended).toMatchObject(invited);
  expect(await invite({ ...elsewhere.env, ...first }).ended).toMatchObject(invited);
  expect(await invite(second).ended).toMatchObject({ code: 0, stdout: "{ 'invited earlier': 3 }\n" });
});

test("after bulk-invite was killed, the next run invites the people who are left", async () => {
  const { sandbox, invite, emails, creations } = await setUp(people, {}, (number) =>
    number === 9 ? first.thread.terminate() : undefined,
  );
  const first = invite();
  await first.ended;
  expect(creations().length).toBeLessThan(20);
  expect((await invite().ended).code).toBe(0);
  expect(emails().toSorted()).toEqual([...people, "jane.doe@acmecorp.com", "john.smith@acmecorp.com"].toSorted());
  const statuses = new Set(sandbox.requests.map(({ status }) => status));
  expect([...statuses].filter((status) => status !== undefined && status !== 200)).toEqual([]);
});

test("if responses are lost, bulk-invite repeats the requests with the same keys and invites nobody twice", async () => {
  const { sandbox, invite, emails, creations } = await setUp(people.slice(0, 2));
  sandbox.fail({ operation: "createPartnerUser", drop: "answer", times: 3 });
  const { code } = await invite().ended;
  expect(code).toBe(0);
  expect(emails()).toHaveLength(4);
  expect(creations()).toHaveLength(5);
  expect(new Set(creations().map(({ headers }) => headers["idempotency-key"])).size).toBe(2);
});

test("bulk-invite reports refused addresses, ends with 1, and retries them with new keys in the next run", async () => {
  const { sandbox, invite, creations } = await setUp(["not-an-address", ...people.slice(0, 1)]);
  sandbox.fail({ operation: "createPartnerUser", status: 500, times: 2 });
  expect(await invite().ended).toMatchObject({ code: 1, stdout: expect.stringContaining("refused: 2") as string });
  const { code, stdout } = await invite().ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining("refused: 1") as string });
  expect(stdout).toContain("invited: 1");
  expect(new Set(creations().map(({ headers }) => headers["idempotency-key"])).size).toBe(4);
});

/** Runs bulk-invite on this file. */
async function inviteFrom(csv: string | undefined) {
  const served = await setUp([]);
  await (csv === undefined ? rm(served.file) : writeFile(served.file, csv));
  const { code, stdout, stderr } = await served.invite().ended;
  return { ...served, code, stdout, stderr: stderr.replaceAll(served.file, "people.csv") };
}

test.each([
  ["capitals in the heading", "Email,Role\nada@acmecorp.com,user\n"],
  ["semicolons", "email;role\nada@acmecorp.com;user\n"],
  ["additional columns in any order", "name,role,email\nAda,user,ada@acmecorp.com\n"],
  ["a byte order mark, CRLF and blank lines", "\u{feff}email,role\r\n\r\nada@acmecorp.com,user\r\n\r\n"],
])("bulk-invite reads a CSV file with %s", async (_what, csv) => {
  const { code, stdout, emails, sandbox } = await inviteFrom(csv);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "{ 'invited earlier': 0, invited: 1 }\n" });
  expect(emails()).toContain("ada@acmecorp.com");
  expect(sandbox.snapshot().organizations[0]!.users.at(-1)).toMatchObject({ role: "user" });
});

test.each([
  ["is missing", undefined, "ENOENT: no such file or directory, open 'people.csv'"],
  ["has no roles", "email\nada@acmecorp.com\n", 'the first line of people.csv must contain the columns email and role, but is "email".'], // prettier-ignore
  ["has a row that is too short", "email,role\nada@acmecorp.com\n", "Invalid Record Length: columns length is 2, got 1 on line 2"], // prettier-ignore
  ["has an unclosed quote", 'email,role\n"ada@acmecorp.com,user\n', "Quote Not Closed: the parsing is finished with an opening quote at line 2"], // prettier-ignore
])("bulk-invite invites nobody if the CSV file %s, and says so in one sentence", async (_what, csv, sentence) => {
  const { code, stderr, creations } = await inviteFrom(csv);
  expect({ code, stderr }).toEqual({ code: 1, stderr: `Nobody was invited: ${sentence}\n` });
  expect(creations()).toEqual([]);
});

test("bulk-invite reports a wrong key in one sentence", async () => {
  const { invite } = await setUp(people);
  const { code, stderr } = await invite({ POLYTOMIC_DEPLOYMENT_KEY: "not-a-valid-key" }).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Nobody was invited: .*\b401\b.*\n$/);
});

test.each(["", "\n"])("bulk-invite ignores an incomplete line of the report that ends with %j", async (end) => {
  const { invite, report, creations } = await setUp(people.slice(0, 3));
  await invite().ended;
  const whole = await readFile(report, "utf8");
  const [first, second] = whole.split("\n");
  await writeFile(report, `${first}\n${second!.slice(0, -5)}${end}`);
  const again = "{ 'invited earlier': 1, existing: 2 }\n";
  expect(await invite().ended).toMatchObject({ code: 0, stdout: again });
  expect(await invite().ended).toMatchObject({ code: 0, stdout: again });
  expect((await readFile(report, "utf8")).split("\n").slice(2, 4)).toEqual([expect.stringMatching(/^\{.*\}$/), expect.stringMatching(/^\{.*\}$/)]); // prettier-ignore
  expect(creations()).toHaveLength(3);
});

test("the Cloudflare Worker lists and invites users, and hides the API's messages from its clients", async () => {
  const sandbox = createSandbox();
  const { env } = await serve(sandbox);
  const request = async (path: string, init?: RequestInit, keys = {}): Promise<[number, unknown]> => {
    const response = await worker.fetch(new Request(`https://worker.example${path}`, init), {
      ...env,
      ...keys,
    });
    const isJson = response.headers.get("content-type") === "application/json";
    return [response.status, await (isJson ? response.json() : response.text())];
  };
  const jane = expect.objectContaining({ email: "jane.doe@acmecorp.com" }) as unknown;
  expect(await request("/users")).toEqual([200, [jane, expect.anything()]]);
  expect(await request("/users", { method: "POST", body: '{"email":"ada@acmecorp.com"}' })).toMatchObject([201, {}]);
  expect(await request("/users", { method: "POST", body: '{"email":"nobody"}' })).toEqual([
    422,
    { error: "UnprocessableEntityError" },
  ]);
  expect(await request("/nothing")).toMatchObject([404, "Not found."]);
  const withPartnerKey = { POLYTOMIC_PARTNER_KEY: sandbox.partnerKey, POLYTOMIC_DEPLOYMENT_KEY: "" };
  expect(await request("/users", {}, withPartnerKey)).toMatchObject([200, {}]);
  expect(await request("/users", {}, { POLYTOMIC_DEPLOYMENT_KEY: "not-a-valid-key" })).toEqual([
    502,
    { error: "UnauthorizedError" },
  ]);
});
