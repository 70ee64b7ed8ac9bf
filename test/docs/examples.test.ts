import { execFile } from "node:child_process";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import worker from "../../examples/cloudflare-worker.ts";
import { Polytomic } from "../../src/index.ts";
import { createSandbox, type SandboxOptions } from "../../src/testing/index.ts";
import { serve, start, type Outcome } from "./run-example.ts";
import { ENV, ROOT } from "./tables.ts";

const EXAMPLES = join(ROOT, "examples");

/** Runs `npm run demo`. */
function demo(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const program = [join(ROOT, "scripts/docs/example.ts"), ...args];
    const child = execFile(process.execPath, program, { env: ENV }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

/** Part of what each example prints. Other examples have tests of their own; Vitest runs sandbox-in-vitest with its tests. */
const SHOWN = {
  "find-user-by-email": "Jane.Doe@AcmeCorp.com has the id a3f1c2d4-5b6e-7f89-0123-456789abcdef. Role ids: d9f8e7c6",
  "onboard-customer": "The customer's key can list 3 users.\nDeleted root@customer.example.com.",
  opentelemetry: "  GET /api/organizations/{org_id}/users/{id}  404 404",
  "rotate-keys": "rotated  john.smith@acmecorp.com\nThe service still lists 2 users.",
  "sandbox-as-fetch": "ada.lovelace@acmecorp.com",
  "sandbox-over-http": '200 {"data":[{"email":"ada.lovelace@acmecorp.com"',
  "sandbox-under-msw": "There are 2 users.",
};

test.each(Object.entries(SHOWN))("the example %s runs against a sandbox", async (name, shown) => {
  const { env } = await serve(createSandbox());
  const { code, stdout, stderr } = await start(`examples/${name}.ts`, ["--apply"], env).ended;
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(shown);
});

test("without a key and a name, npm run demo lists the users of a sandbox and shows three errors", async () => {
  const { code, stdout, stderr } = await demo();
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
  for (const shown of ["sandbox", "jane.doe@acmecorp.com", "john.smith@acmecorp.com"]) expect(stdout).toContain(shown);
  expect(stdout.match(/^ {2}\w+Error/gm)).toEqual(["  InvalidArgumentError", "  UnauthorizedError", "  NotFoundError"]);
});

test("npm run demo lists the examples for an unknown name, and the README and examples/README.md list the same", async () => {
  const { code, stderr } = await start("scripts/docs/example.ts", ["nothing"]).ended;
  expect(code).toBe(1);
  const names = stderr.match(/^ {2}\S+$/gm)?.map((line) => line.trim());
  const others = ["bulk-invite", "cloudflare-worker", "list-partner-users", "sandbox-in-vitest", "sync-users"];
  expect(names).toEqual([...Object.keys(SHOWN), ...others].toSorted());
  const page = await readFile(join(EXAMPLES, "README.md"), "utf8");
  expect([...page.matchAll(/^\| `([a-z]\S+)`/gm)].map(([, name = ""]) => name).toSorted()).toEqual(names);
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  for (const file of (await readdir(EXAMPLES)).filter((each) => each.endsWith(".ts"))) {
    expect(readme).toContain(`](examples/${file})`);
  }
});

test.each([
  ["bulk-invite", "This invites 3 of the 4 people in examples/people.csv to http://127.0.0.1:"],
  ["onboard-customer", "This creates root@customer.example.com in the organization 248df4b7"],
  ["rotate-keys", "This revokes the key of every user, and stores 2 new keys in memory."],
])("with a key, %s prints what it will do, and changes nothing without --apply", async (name, plan) => {
  const sandbox = createSandbox();
  const { env } = await serve(sandbox);
  const { code, stdout, stderr } = await start(`examples/${name}.ts`, [], env).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(plan);
  expect(stdout).toMatch(/\nNothing was changed\. .*--apply.*\n$/);
  expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("with an API key, list-partner-users lists the users of its own organization", async () => {
  const sandbox = createSandbox();
  const { env } = await serve(sandbox);
  const own = { POLYTOMIC_API_KEY: sandbox.apiKey, POLYTOMIC_DEPLOYMENT_URL: env.POLYTOMIC_DEPLOYMENT_URL };
  const outcome = await start("examples/list-partner-users.ts", [], own).ended;
  expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining("jane.doe@acmecorp.com") as string });
  expect(sandbox.requests.map(({ operation }) => operation)).toEqual(["listCurrentOrgUsers"]);
});

test.each([
  ["a rejected key", { POLYTOMIC_DEPLOYMENT_KEY: "not-a-valid-key" }, /^UnauthorizedError: .*\b401\b.*\n$/],
  ["a missing organization id", { POLYTOMIC_ORGANIZATION_ID: "" }, /^Set POLYTOMIC_ORGANIZATION_ID .*\n$/],
])("examples report %s in one line and end with 1", async (_what, change, message) => {
  const { env } = await serve(createSandbox());
  const outcome = await start("examples/list-partner-users.ts", [], { ...env, ...change }).ended;
  expect(outcome).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(message) as string });
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

test("rotate-keys revokes no key of the real API unless it can store the new keys in a file that only its owner can read", async () => {
  const sandbox = createSandbox({ deploymentKey: "a-key-of-my-own" }); // rotate-keys knows the default key of the sandbox
  const { folder, env } = await serve(sandbox);
  const rotate = (...args: string[]): Promise<Outcome> =>
    start("examples/rotate-keys.ts", [...args, "--apply"], env).ended;
  expect(await rotate()).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Name a file .*\n$/) as string });
  const unwritable = { code: 1, stderr: expect.stringMatching(/^Nothing was changed\. Cannot write .*\n$/) as string };
  expect(await rotate(join(folder, "missing/keys.jsonl"))).toMatchObject(unwritable);
  expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);

  const file = join(folder, "keys.jsonl");
  expect(await rotate(file)).toMatchObject({ code: 0, stderr: "" });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const lines = (await readFile(file, "utf8")).trim().split("\n");
  const { value: apiKey } = JSON.parse(lines.at(-1)!) as { value: string };
  const polytomic = new Polytomic({ apiKey, baseUrl: env.POLYTOMIC_DEPLOYMENT_URL });
  expect(await polytomic.users.list()).toHaveLength(2);
});

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
  let posts = 0;
  const { folder, env } = await serve(sandbox, {
    async fetch(request) {
      if ((request as Request).method === "POST") await beforeCreation?.(++posts);
      return sandbox.fetch(request);
    },
  });
  const [file, report] = [join(folder, "people.csv"), join(folder, "report.jsonl")];
  await writeFile(file, ["email,role", ...addresses.map((address) => `${address},user`), ""].join("\n"));
  return {
    sandbox,
    file,
    invite: (other = {}) => start("examples/bulk-invite.ts", [file, report, "--apply"], { ...env, ...other }),
    emails: () => sandbox.snapshot().organizations[0]!.users.map(({ email }) => email),
    creations: () => sandbox.requests.filter(({ method }) => method === "POST"),
  };
}

const prints = (text: string): string => expect.stringContaining(text) as string;

test("bulk-invite invites each address once, ignoring case, shows its progress, and a second run invites nobody", async () => {
  const { invite, emails, creations } = await setUp([...people, "JANE.DOE@acmecorp.com", "Person-0@acmecorp.com"]);
  const first = await invite().ended;
  expect(first).toMatchObject({ code: 0, stdout: prints("invited: 20") });
  expect(first.stderr).toMatch(/\[#{20}\] 21\/21\n$/);
  expect(emails()).toHaveLength(22);
  expect(await invite().ended).toMatchObject({ code: 0, stdout: prints("{ 'invited earlier': 20, existing: 1 }\n") });
  expect(creations()).toHaveLength(20);
});

test("bulk-invite keeps the organizations in one report apart", async () => {
  const { sandbox, invite } = await setUp(people.slice(0, 3), { organizations: [{}, {}] });
  for (const { id } of sandbox.snapshot().organizations) {
    const outcome = await invite({ POLYTOMIC_ORGANIZATION_ID: id }).ended;
    expect(outcome).toMatchObject({ code: 0, stdout: prints("{ 'invited earlier': 0, invited: 3 }\n") });
  }
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
  sandbox.fail({ operation: "createPartnerUser", drop: "response", times: 3 });
  const { code } = await invite().ended;
  expect(code).toBe(0);
  expect(emails()).toHaveLength(4);
  expect(creations()).toHaveLength(5);
  expect(new Set(creations().map(({ headers }) => headers["idempotency-key"])).size).toBe(2);
});

test("bulk-invite reports refused addresses, ends with 1, and retries them with new keys in the next run", async () => {
  const { sandbox, invite, creations } = await setUp(["not-an-address", ...people.slice(0, 1)]);
  sandbox.fail({ operation: "createPartnerUser", status: 500, times: 2 });
  expect(await invite().ended).toMatchObject({ code: 1, stdout: prints("refused: 2") });
  const again = await invite().ended;
  expect(again).toMatchObject({ code: 1, stdout: prints("refused: 1") });
  expect(again.stdout).toContain("invited: 1");
  expect(new Set(creations().map(({ headers }) => headers["idempotency-key"])).size).toBe(4);
});

test("bulk-invite reads a CSV file with a byte order mark, semicolons, capitals, more columns and blank lines", async () => {
  const { file, invite, sandbox } = await setUp([]);
  await writeFile(file, "\u{feff}Name;ROLE;Email\r\n\r\nAda;user;ada@acmecorp.com\r\n\r\n");
  expect(await invite().ended).toMatchObject({ code: 0, stdout: prints("invited: 1") });
  const created = { email: "ada@acmecorp.com", role: "user" };
  expect(sandbox.snapshot().organizations[0]!.users.at(-1)).toMatchObject(created);
});

test("bulk-invite invites nobody if it cannot read the CSV file, and says so in one sentence", async () => {
  const { file, invite, creations } = await setUp([]);
  await writeFile(file, 'email,role\nada@acmecorp.com,user\n"grace@acmecorp.com,user\n');
  const sentence = expect.stringMatching(/^Nobody was invited: Quote Not Closed.*\n$/) as string;
  expect(await invite().ended).toMatchObject({ code: 1, stderr: sentence });
  expect(creations()).toEqual([]);
});

test("the Cloudflare Worker lists and invites users, and hides the API's messages from its clients", async () => {
  const sandbox = createSandbox();
  const { env } = await serve(sandbox);
  const request = async (path: string, init?: RequestInit, keys = {}): Promise<[number, string]> => {
    const response = await worker.fetch(new Request(`https://worker.example${path}`, init), { ...env, ...keys });
    return [response.status, await response.text()];
  };
  const listed = await start("scripts/docs/example.ts", ["cloudflare-worker"], env).ended;
  expect(listed).toMatchObject({ code: 0, stdout: prints('GET /users → 200\n[{"id":"a3f1c2d4') });
  const invite = (email: string): RequestInit => ({ method: "POST", body: JSON.stringify({ email }) });
  expect(await request("/users", invite("ada@acmecorp.com"))).toEqual([201, expect.stringContaining('{"id":')]);
  expect(await request("/users", invite("nobody"))).toEqual([422, '{"error":"UnprocessableEntityError"}']);
  expect(await request("/nothing")).toEqual([404, "Not found."]);
  const rejected = { POLYTOMIC_DEPLOYMENT_KEY: "not-a-valid-key" };
  expect(await request("/users", {}, rejected)).toEqual([502, '{"error":"UnauthorizedError"}']);
});
