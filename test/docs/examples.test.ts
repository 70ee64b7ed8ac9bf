import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import worker from "../../examples/cloudflare-worker.ts";
import { Polytomic } from "../../src/index.ts";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";
import { ROOT } from "./tables.ts";

const CHECKS = fileURLToPath(new URL("../sandbox/contract/register.ts", import.meta.url));
const EXAMPLES = join(ROOT, "examples");

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program against dist/, as a user would, but for the spec that looks on. */
function start(
  program: readonly string[],
  env: Record<string, string> = {},
): { child: ChildProcess; ended: Promise<Outcome> } {
  const child = spawn(process.execPath, program, {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], NO_COLOR: "1", NODE_OPTIONS: `--import=${CHECKS}`, ...env },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  const ended = new Promise<Outcome>((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
  return { child, ended };
}

/** Every example that `npm run example` knows, with something that it shows. The Worker is below. */
const SHOWN = {
  "find-user-by-email": "Jane.Doe@AcmeCorp.com is a3f1c2d4-5b6e-7f89-0123-456789abcdef.",
  "list-partner-users": "jane.doe@acmecorp.com",
  "onboard-customer": "The customer's key sees 3 users.\nDeleted root@customer.example.com.",
  opentelemetry: "  GET /api/organizations/{org_id}/users/{id}  404 404",
  "rotate-keys": "rotated  john.smith@acmecorp.com\nThe service still sees 2 users.",
  "sandbox-as-fetch": "ada.lovelace@acmecorp.com",
  "sandbox-in-vitest": "Tests  3 passed (3)",
  "sandbox-over-http": '200 {"data":[{"email":"ada.lovelace@acmecorp.com"',
  "sandbox-under-msw": "There are 2 users.",
};

describe("npm run example", () => {
  test.concurrent.each(Object.entries(SHOWN))("%s runs to its end", async (name, shown) => {
    const { code, stdout, stderr } = await start(["scripts/docs/example.ts", name]).ended;
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(shown);
  });

  test("without a name lists all of them, each of which is on the examples' page and below 80 lines", async () => {
    const files = (await readdir(EXAMPLES)).filter((file) => file.endsWith(".ts"));
    const names = files.map((file) => file.replace(/(?:\.test)?\.ts$/, "")).toSorted();
    expect(names).toEqual(Object.keys({ ...SHOWN, "bulk-invite": "", "cloudflare-worker": "" }).toSorted());
    const { code, stderr } = await start(["scripts/docs/example.ts"]).ended;
    expect(code).toBe(1);
    expect(stderr.match(/^ {2}\S+$/gm)?.map((line) => line.trim())).toEqual(names);
    const page = await readFile(join(EXAMPLES, "README.md"), "utf8");
    expect([...page.matchAll(/^\| `(\S+)`/gm)].map(([, name]) => name!).toSorted()).toEqual(names);
    for (const file of files) {
      const text = await readFile(join(EXAMPLES, file), "utf8");
      expect(text.split("\n").length, file).toBeLessThan(80);
      expect(text, file).toContain(` *     npm run example ${file.replace(/(?:\.test)?\.ts$/, "")}`);
    }
  });
});

const people = Array.from({ length: 20 }, (_, index) => `person-${index}@acmecorp.com`);

/** Serves a sandbox for one test, with a folder beside it. */
async function serve(sandbox: Sandbox, server: Pick<Sandbox, "fetch"> = sandbox) {
  const served = await listen(server);
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  onTestFinished(async () => {
    await served.close();
    await rm(folder, { recursive: true });
  });
  const env = {
    POLYTOMIC_DEPLOYMENT_KEY: sandbox.deploymentKey,
    POLYTOMIC_DEPLOYMENT_URL: served.url,
    POLYTOMIC_ORGANIZATION_ID: sandbox.organizationId,
  };
  return { folder, env };
}

test("a program that needs an organization names the variable for it when only a key is set", async () => {
  const { env } = await serve(createSandbox());
  for (const name of ["bulk-invite", "find-user-by-email", "onboard-customer"]) {
    const { code, stderr } = await start(["scripts/docs/example.ts", name], { ...env, POLYTOMIC_ORGANIZATION_ID: "" })
      .ended;
    const sentence = `Set POLYTOMIC_ORGANIZATION_ID beside the key: the id of the organization that ${name} works in.\n`;
    expect({ code, stderr }).toEqual({ code: 1, stderr: sentence });
  }
});

describe("the rotation of keys", () => {
  /** Runs it as with a key of one's own: the sandbox's has another name. */
  async function setUpRotation(options: SandboxOptions = {}) {
    const sandbox = createSandbox({ deploymentKey: "a-key-of-my-own", ...options });
    const { folder, env } = await serve(sandbox);
    const rotate = (...args: string[]) => start(["scripts/docs/example.ts", "rotate-keys", ...args], env).ended;
    return { sandbox, url: env.POLYTOMIC_DEPLOYMENT_URL, folder, rotate };
  }

  test("revokes no key of one's own unless it is said where to keep the new ones", async () => {
    const { sandbox, rotate, folder } = await setUpRotation();
    const refused = { code: 1, stdout: "", stderr: expect.stringContaining("This revokes the key of every user.") };
    expect(await rotate()).toEqual(refused);
    expect(await rotate(join(folder, "missing/keys.jsonl"))).toMatchObject({ code: 1 });
    expect(sandbox.requests).toEqual([]);
  });

  test("keeps each new key in the file, which nobody else may read", async () => {
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

  test("of an organization without users says so", async () => {
    const { rotate, folder } = await setUpRotation({ organizations: [{}] });
    const nobody = { code: 0, stdout: "The organization has no users.\n" };
    expect(await rotate(join(folder, "keys.jsonl"))).toMatchObject(nobody);
  });
});

/** A served sandbox, a CSV file, and the invitation as often as it is asked for. */
async function setUp(addresses: readonly string[], options: SandboxOptions = {}) {
  const sandbox = createSandbox(options);
  let [now, most] = [0, 0];
  const { folder, env } = await serve(sandbox, {
    async fetch(request) {
      most = Math.max(most, ++now);
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
    invite: (other = {}) => start(["examples/bulk-invite.ts", file, report], { ...env, ...other }),
    emails: () => sandbox.snapshot().organizations[0]!.users.map(({ email }) => email),
    creations: () => sandbox.requests.filter(({ method }) => method === "POST"),
    mostAtATime: () => most,
  };
}

describe("the bulk invitation", () => {
  test("invites each address once, whatever its case, four at a time, and shows how far it is", async () => {
    const { invite, emails, creations, mostAtATime } = await setUp([...people, "JANE.DOE@acmecorp.com", "Person-0@acmecorp.com"], { latency: 20 }); // prettier-ignore
    const { code, stdout, stderr } = await invite().ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("invited: 20") as string });
    expect(stdout).toContain("'was there': 1");
    expect(stderr).toMatch(/\[#{10}\.{10}\] 1[01]\/21\r/);
    expect(stderr).toMatch(/\[#{20}\] 21\/21\n$/);
    expect(emails()).toHaveLength(22);
    expect(creations()).toHaveLength(20);
    expect(mostAtATime()).toBe(4);
  });

  test("run again invites nobody, not even whom somebody has removed since", async () => {
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

  test("into one organization counts for no other, nor for one of another server", async () => {
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

  test("that is killed half-way goes on where it was", async () => {
    const { sandbox, invite, emails, creations } = await setUp(people, { latency: 20 });
    const { child, ended } = invite();
    child.stderr!.on("data", (chunk) => String(chunk).includes(" 8/20") && child.kill("SIGKILL"));
    expect((await ended).code).toBe(null);
    expect(creations().length).toBeLessThan(20);
    expect((await invite().ended).code).toBe(0);
    expect(emails().toSorted()).toEqual([...people, "jane.doe@acmecorp.com", "john.smith@acmecorp.com"].toSorted());
    const statuses = new Set(sandbox.requests.map(({ status }) => status));
    expect([...statuses].filter((status) => status !== undefined && status !== 200)).toEqual([]);
  });

  test("whose answers are lost asks with the same keys, and invites nobody twice", async () => {
    const { sandbox, invite, emails, creations } = await setUp(people.slice(0, 2));
    sandbox.fail({ operation: "createPartnerUser", drop: "answer", times: 3 });
    const { code } = await invite().ended;
    expect(code).toBe(0);
    expect(emails()).toHaveLength(4);
    expect(creations()).toHaveLength(5);
    expect(new Set(creations().map(({ headers }) => headers["idempotency-key"])).size).toBe(2);
  });

  test("reports who is refused, ends with 1, and asks for them anew the next time", async () => {
    const { sandbox, invite, creations } = await setUp(["not-an-address", ...people.slice(0, 1)]);
    sandbox.fail({ operation: "createPartnerUser", status: 500, times: 2 });
    expect(await invite().ended).toMatchObject({ code: 1, stdout: expect.stringContaining("refused: 2") as string });
    const { code, stdout } = await invite().ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining("refused: 1, invited: 1") as string });
    expect(new Set(creations().map(({ headers }) => headers["idempotency-key"])).size).toBe(4);
  });
});

describe("the bulk invitation of a file as people have them", () => {
  /** Runs it with this file, beside a report that may be there already. */
  async function inviteFrom(csv: string | undefined, earlier?: string) {
    const served = await setUp([]);
    await (csv === undefined ? rm(served.file) : writeFile(served.file, csv));
    if (earlier !== undefined) await writeFile(served.report, earlier);
    const { code, stdout, stderr } = await served.invite().ended;
    return { ...served, code, stdout, stderr: stderr.replaceAll(served.file, "people.csv") };
  }

  test.each([
    ["capitals in the heading", "Email,Role\nada@acmecorp.com,user\n"],
    ["semicolons", "email;role\nada@acmecorp.com;user\n"],
    ["columns in another order, and more of them", "name,role,email\nAda,user,ada@acmecorp.com\n"],
    ["a byte order mark, CRLF and blank lines", "\u{feff}email,role\r\n\r\nada@acmecorp.com,user\r\n\r\n"],
  ])("takes %s", async (_what, csv) => {
    const { code, stdout, emails, sandbox } = await inviteFrom(csv);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "{ 'invited earlier': 0, invited: 1 }\n" });
    expect(emails()).toContain("ada@acmecorp.com");
    expect(sandbox.snapshot().organizations[0]!.users.at(-1)).toMatchObject({ role: "user" });
  });

  test.each([
    ["is missing", undefined, "ENOENT: no such file or directory, open 'people.csv'"],
    ["has no roles", "email\nada@acmecorp.com\n", 'the first line of people.csv has to name the columns email and role; it is "email".'], // prettier-ignore
    ["has a row that is too short", "email,role\nada@acmecorp.com\n", "Invalid Record Length: columns length is 2, got 1 on line 2"], // prettier-ignore
    ["has a quote that is not closed", 'email,role\n"ada@acmecorp.com,user\n', "Quote Not Closed: the parsing is finished with an opening quote at line 2"], // prettier-ignore
  ])("says in a sentence that the file %s, and invites nobody", async (_what, csv, sentence) => {
    const { code, stderr, creations } = await inviteFrom(csv);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `Nobody was invited: ${sentence}\n` });
    expect(creations()).toEqual([]);
  });

  test("says in a sentence that the key is wrong", async () => {
    const { invite } = await setUp(people);
    const { code, stderr } = await invite({ POLYTOMIC_DEPLOYMENT_KEY: "a-key-that-is-wrong" }).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Nobody was invited: GET \S+ answered 401: .*\n$/);
  });

  test.each(["", "\n"])("goes on after a line of the report that was cut off, ended with %j", async (end) => {
    const { invite, report, creations } = await setUp(people.slice(0, 3));
    await invite().ended;
    const whole = await readFile(report, "utf8");
    const [first, second] = whole.split("\n");
    await writeFile(report, `${first}\n${second!.slice(0, -5)}${end}`);
    const again = "{ 'invited earlier': 1, 'was there': 2 }\n";
    expect(await invite().ended).toMatchObject({ code: 0, stdout: again });
    expect(await invite().ended).toMatchObject({ code: 0, stdout: again });
    expect((await readFile(report, "utf8")).split("\n").slice(2, 4)).toEqual([expect.stringMatching(/^\{.*\}$/), expect.stringMatching(/^\{.*\}$/)]); // prettier-ignore
    expect(creations()).toHaveLength(3);
  });
});

describe("the Worker", () => {
  const sandbox = createSandbox();
  const env = { POLYTOMIC_PARTNER_KEY: sandbox.partnerKey, POLYTOMIC_ORGANIZATION_ID: sandbox.organizationId };

  async function ask(path: string, init?: RequestInit): Promise<[number, unknown]> {
    const served = await listen(sandbox);
    try {
      const request = new Request(`https://worker.example${path}`, init);
      const response = await worker.fetch(request, { ...env, POLYTOMIC_BASE_URL: served.url });
      const text = await response.text();
      return [response.status, response.headers.get("content-type") === "application/json" ? JSON.parse(text) : text]; // prettier-ignore
    } finally {
      await served.close();
    }
  }

  test("lists and invites users, and passes a refusal on without the API's words", async () => {
    expect(await ask("/users")).toEqual([200, [expect.objectContaining({ email: "jane.doe@acmecorp.com" }), expect.anything()]]); // prettier-ignore
    expect(await ask("/users", { method: "POST", body: '{"email":"ada@acmecorp.com"}' })).toMatchObject([201, {}]);
    expect(await ask("/users", { method: "POST", body: '{"email":"nobody"}' })).toEqual([
      422,
      { error: "UnprocessableEntityError" },
    ]);
    expect(await ask("/nothing")).toMatchObject([404, "There is nothing here."]);
  });
});
