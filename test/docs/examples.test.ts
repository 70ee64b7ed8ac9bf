import { execFile } from "node:child_process";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import worker from "../../examples/cloudflare-worker.ts";
import { Polytomic } from "../../src/index.ts";
import { createSandbox } from "../../src/testing/index.ts";
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
  "onboard-customer": "The key belongs to root@globex.example of Globex, and can list 1 user(s).",
  opentelemetry: "  GET /api/organizations/{org_id}/users/{id}  404 404",
  "rotate-keys": "rotated  john.smith@acmecorp.com\nThe service still lists 2 users.",
  "sandbox-as-fetch": "ada.lovelace@acmecorp.com",
  "sandbox-over-http": '200 {"data":[{"email":"ada.lovelace@acmecorp.com"',
  "sandbox-under-msw": "There are 2 users.",
  "sync-users": "\ndone: create ada.lovelace@acmecorp.com",
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
  for (const shown of [
    "sandbox",
    "This key belongs to the deployment.\n",
    "jane.doe@acmecorp.com",
    "john.smith@acmecorp.com",
  ])
    expect(stdout).toContain(shown);
  expect(stdout.match(/^ {2}\w+Error/gm)).toEqual(["  InvalidArgumentError", "  UnauthorizedError", "  NotFoundError"]);
});

test("npm run demo lists the examples for an unknown name, and the README and examples/README.md list the same", async () => {
  const { code, stderr } = await start("scripts/docs/example.ts", ["nothing"]).ended;
  expect(code).toBe(1);
  const names = stderr.match(/^ {2}\S+$/gm)?.map((line) => line.trim());
  const others = ["cloudflare-worker", "list-partner-users", "sandbox-in-vitest"];
  expect(names).toEqual([...Object.keys(SHOWN), ...others].toSorted());
  const page = await readFile(join(EXAMPLES, "README.md"), "utf8");
  expect([...page.matchAll(/^\| `([a-z]\S+)`/gm)].map(([, name = ""]) => name).toSorted()).toEqual(names);
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  for (const file of (await readdir(EXAMPLES)).filter((each) => each.endsWith(".ts"))) {
    expect(readme).toContain(`](examples/${file})`);
  }
});

test.each([
  ["onboard-customer", "This creates the organization Globex, its first user root@globex.example and an API key"],
  ["rotate-keys", "This revokes the key of every user, and stores 2 new keys in memory."],
  ["sync-users", "create ada.lovelace@acmecorp.com\nupdate jane.doe@acmecorp.com\n1 users stay as they are."],
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
  expect(outcome.stdout).toContain("This key belongs to the organization Acme Corp.\n");
  expect(sandbox.requests.map(({ operation }) => operation)).toEqual(["getIdentity", "listCurrentOrgUsers"]);
});

test.each([
  ["a rejected key", { POLYTOMIC_DEPLOYMENT_KEY: "not-a-valid-key" }, /^UnauthorizedError: .*\b401\b.*\n$/],
  ["a missing organization id", { POLYTOMIC_ORGANIZATION_ID: "" }, /^Set POLYTOMIC_ORGANIZATION_ID .*\n$/],
])("examples report %s in one line and end with 1", async (_what, change, message) => {
  const { env } = await serve(createSandbox());
  const outcome = await start("examples/list-partner-users.ts", [], { ...env, ...change }).ended;
  expect(outcome).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(message) as string });
});

test("a second run of onboard-customer says what exists already, and changes nothing", async () => {
  const sandbox = createSandbox({ deploymentKey: "a-key-of-my-own" }); // it knows the default key of the sandbox
  const { folder, env } = await serve(sandbox);
  const file = join(folder, "initech.key");
  const onboard = (...args: string[]): Promise<Outcome> =>
    start("examples/onboard-customer.ts", [...args, "--apply"], env).ended;
  expect(await onboard()).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Name a file .*\n$/) as string });

  const first = await onboard("Initech", "Root@Initech.example", file);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  for (const shown of ["Initech was created", "root@initech.example was created", `is in ${file}.`, "of Initech"])
    expect(first.stdout).toContain(shown);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const before = sandbox.snapshot();
  const [root] = before.organizations[1]!.users;
  expect(root).toMatchObject({ role: "admin", apiKeys: [(await readFile(file, "utf8")).trim()] });

  const second = await onboard("INITECH", "root@initech.example", file);
  expect(second).toMatchObject({ code: 0, stderr: "" });
  for (const shown of ["Initech exists already", "root@initech.example exists already", "No key was created"])
    expect(second.stdout).toContain(shown);
  expect(sandbox.snapshot()).toEqual(before);
});

test("onboard-customer replaces a lost key only with --new-key, and only if it can store the new one", async () => {
  const sandbox = createSandbox();
  const { folder, env } = await serve(sandbox);
  const onboard = (file: string): Promise<Outcome> => {
    const args = ["Acme Corp", "jane.doe@acmecorp.com", join(folder, file), "--new-key", "--apply"];
    return start("examples/onboard-customer.ts", args, env).ended;
  };
  const keys = (): unknown => sandbox.snapshot().organizations[0]!.users[0]!.apiKeys;
  const unwritable = { code: 1, stderr: expect.stringMatching(/^No key was created\. Cannot write .*\n$/) as string };
  expect(await onboard("missing/acme.key")).toMatchObject(unwritable);
  expect(keys()).toBeUndefined();
  for (let run = 0; run < 2; run++) {
    expect(await onboard("acme.key")).toMatchObject({ code: 0, stderr: "" });
    expect(keys()).toEqual([(await readFile(join(folder, "acme.key"), "utf8")).trim()]);
  }
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

const prints = (text: string): string => expect.stringContaining(text) as string;

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
