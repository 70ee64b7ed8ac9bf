import { describe, expect, test } from "vitest";
import type { Report } from "../../src/cli/report.ts";
import type { SandboxOptions } from "../../src/testing/index.ts";
import { ORGANIZATION, USER } from "../facts.ts";
import { addressesIn, run, serve, type Result, type ServedSandbox } from "./command.ts";

const JANE = "jane.doe@acmecorp.com";
const JOHN = "john.smith@acmecorp.com";
const ADA = "ada@acmecorp.com";

/** Runs `sync` on a list from the standard input. */
function sync(env: Record<string, string>, lines: readonly string[], ...options: string[]): Promise<Result> {
  return run(["sync", "-", ...options], { env, stdin: lines.join("\n") });
}

const USUAL = ["email,roles", `${JANE},Admin`, `${ADA},Member`];

describe("one organization", () => {
  test("without --apply, sync shows the plan and changes nothing", async () => {
    const { sandbox, env } = await serve();
    const { status, stdout, stderr } = await sync(
      env.apiKey,
      [...USUAL.slice(0, 1), `${JANE},Admin;Member`, `${ADA},`],
      "--max-delete",
      "1",
    );
    expect(status).toBe(0);
    expect(stdout).toBe(
      `Acme Corp (${ORGANIZATION}): create 1, update 1, delete 1, unchanged 0\n` +
        `  + ${ADA}  default role\n  ~ ${JANE}  Admin → Admin, Member\n  - ${JOHN}  Member\n`,
    );
    expect(stderr).toBe("Nothing was changed. To apply this, add --apply.\n");
    expect(addressesIn(sandbox)).toEqual([JANE, JOHN]);
  });

  test.each(["apiKey", "partnerKey", "deploymentKey"] as const)(
    "with --apply, sync makes the users match the list, and a second run changes nothing: %s",
    async (kind) => {
      const { sandbox, env } = await serve();
      const options = ["--apply", "--max-delete", "50%", "--organization", "Acme Corp"];
      const first = await sync(env[kind], USUAL, ...options);
      expect(first.status).toBe(0);
      expect(first.stdout).toContain(`\nAcme Corp (${ORGANIZATION}): created 1, updated 0, deleted 1\n`);
      expect(first.stderr).toBe("1/2 changes\n2/2 changes\n");
      expect(addressesIn(sandbox)).toEqual([ADA, JANE]);
      const second = await sync(env[kind], USUAL, ...options);
      expect(second).toEqual({ status: 0, stdout: "Everything is in line with the list.\n", stderr: "" });
    },
  );

  test.each<[what: string, lines: string[], options: string[], message: string]>([
    [
      "more deletions than the default",
      USUAL,
      [],
      "! The plan deletes 1 of 2 users, but --max-delete is 20%, which allows 0.",
    ],
    [
      "more deletions than --max-delete",
      ["email", ADA],
      ["--max-delete", "1"],
      "The plan deletes 2 of 2 users, but --max-delete is 1",
    ],
    ["the last admin", ["email", JOHN], ["--max-delete", "1"], "The plan leaves the organization without an admin. "],
    [
      "an admin role that does not exist",
      USUAL,
      ["--max-delete", "1", "--admin-role", "Boss"],
      "Set --admin-role to the role that makes a user an admin, or to none",
    ],
    ["an unknown role", ["email,roles", `${JANE},Boss`, `${JOHN},`], [], "! Line 2: "],
    ["an invisible character", ["email", JANE, `\u200B${JOHN}`], ["--max-delete", "1"], "! Line 3: "],
    [
      "an empty line before the mistake",
      ["email", "", JANE, "john.smith.@acmecorp.com"],
      ["--max-delete", "1"],
      "! Line 4: ",
    ],
  ])(
    "sync with --apply changes nothing if there is an objection, and exits with 2: %s",
    async (_what, lines, options, message) => {
      const { sandbox, env } = await serve();
      const { status, stdout, stderr } = await sync(env.apiKey, lines, "--apply", ...options);
      expect(status).toBe(2);
      expect(stdout).toContain(message);
      expect(stdout).not.toMatch(/[`\u200B]/);
      expect(stderr).toBe("Nothing was changed, because of the objections or problems.\n");
      expect(addressesIn(sandbox)).toEqual([JANE, JOHN]);
      expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    },
  );

  test("with --no-delete, users who are not on the list stay", async () => {
    const { sandbox, env } = await serve();
    expect((await sync(env.apiKey, USUAL, "--apply", "--no-delete")).status).toBe(0);
    expect(addressesIn(sandbox)).toEqual([ADA, JANE, JOHN]);
  });

  test("with --admin-role none, the organization needs no admin", async () => {
    const { sandbox, env } = await serve();
    const { status } = await sync(env.apiKey, ["email", JOHN], "--apply", "--max-delete", "1", "--admin-role", "none");
    expect([status, addressesIn(sandbox)]).toEqual([0, [JOHN]]);
  });

  test("the user that the key belongs to is never deleted", async () => {
    const boss = "boss@acmecorp.com";
    const users = [
      { email: JANE, id: USER, role: "admin", apiKeys: ["key-of-jane"] },
      { email: boss, role: "admin" },
    ];
    const { sandbox, env } = await serve({ organizations: [{ users }] });
    const environment = { ...env.apiKey, POLYTOMIC_API_KEY: "key-of-jane" };
    const { status, stdout } = await sync(environment, ["email", boss], "--apply", "--max-delete", "1");
    expect(status).toBe(2);
    expect(stdout).toContain(`! The user that the key belongs to, "${JANE}", is not on the list`);
    expect(addressesIn(sandbox)).toEqual([boss, JANE]);
  });

  test("columns that are not read are named", async () => {
    const { env } = await serve();
    const { stderr } = await sync(env.apiKey, [
      "Name,email,\u001B[2JStatus",
      `Jane,${JANE},active`,
      `John,${JOHN},suspended`,
    ]);
    expect(stderr).toBe("Ignored columns: Name, <U+001B>[2JStatus\n");
  });

  test("a creation that fails is listed, deletions do not start, and the command exits with 1", async () => {
    const { sandbox, env } = await serve();
    sandbox.fail({ operation: "createCurrentOrgUser", status: 422, times: 5 });
    const { status, stdout } = await sync(env.apiKey, USUAL, "--apply", "--max-delete", "1");
    expect(status).toBe(1);
    expect(stdout).toMatch(/^ {2}failed \+ ada@acmecorp\.com {2}Member: .+$/m);
    expect(stdout).toMatch(/^ {2}not started - john\.smith@acmecorp\.com {2}Member: .+$/m);
    expect(stdout).toContain(`Acme Corp (${ORGANIZATION}): created 0, updated 0, deleted 0, failed 1, not started 1\n`);
    expect(addressesIn(sandbox)).toEqual([JANE, JOHN]);
  });
});

/** Acme Corp and Globex, with an admin each. */
const TWO: SandboxOptions = {
  organizations: [
    { users: [{ email: JANE, role: "admin" }, { email: JOHN }] },
    { name: "Globex", users: [{ email: JANE, role: "admin" }] },
  ],
};

const ACME_AND_GLOBEX = [
  "email,organization",
  `${JANE},Acme Corp`,
  `${JOHN},${ORGANIZATION.toUpperCase()}`,
  `${JANE},Globex`,
  `${ADA},Globex`,
];

describe("many organizations", () => {
  test("a column organization has ids and names; the same organization is planned once", async () => {
    const { sandbox, env } = await serve(TWO);
    const { status, stdout } = await sync(env.partnerKey, ACME_AND_GLOBEX, "--apply");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Globex \([\da-f-]{36}\): create 1, update 0, delete 0, unchanged 1$/m);
    expect(stdout).toContain(
      "In total: 2 organizations, 1 of them in line; create 1, update 0, delete 0, unchanged 3\n",
    );
    expect(stdout).toMatch(/^Globex \([\da-f-]{36}\): created 1, updated 0, deleted 0$/m);
    expect([addressesIn(sandbox), addressesIn(sandbox, 1)]).toEqual([
      [JANE, JOHN],
      [ADA, JANE],
    ]);
  });

  test("an organization that is not on the list is not touched", async () => {
    const { sandbox, env } = await serve(TWO);
    expect(
      (await sync(env.partnerKey, ["email,organization", `${JANE},Globex`, `${ADA},Globex`], "--apply")).status,
    ).toBe(0);
    expect(addressesIn(sandbox)).toEqual([JANE, JOHN]);
    expect(sandbox.requests.filter(({ target }) => target.includes(ORGANIZATION))).toEqual([]);
  });

  test.each<[what: string, lines: string[], message: string]>([
    [
      "an unknown name",
      [...ACME_AND_GLOBEX, `${JOHN},globex`],
      '! Line 6: The key has no organization with the id or the exact name "globex". Correct it, or use a key that can access the organization.',
    ],
    [
      "an unknown id",
      [...ACME_AND_GLOBEX, `${JOHN},${USER}`, `${ADA},${USER}`],
      `! Line 6 and 1 more: The key has no organization with the id or the exact name "${USER}". Correct it, or use a key that can access the organization.`,
    ],
    ["a name with an invisible character", [...ACME_AND_GLOBEX, `${JOHN},Acme\u200B Corp`], '"Acme<U+200B> Corp"'],
    [
      "an objection to one of them",
      ["email,organization", `${JANE},Acme Corp`, `${JANE},Globex`, `${ADA},Globex`],
      "The plan deletes 1 of 2 users",
    ],
  ])("sync changes no organization if there is an objection: %s", async (_what, lines, message) => {
    const { sandbox, env } = await serve(TWO);
    const { status, stdout } = await sync(env.partnerKey, lines, "--apply");
    expect(status).toBe(2);
    expect(stdout).toContain(message);
    expect([addressesIn(sandbox), addressesIn(sandbox, 1)]).toEqual([[JANE, JOHN], [JANE]]);
  });

  test("a person with an unknown role is not in the plan", async () => {
    const { env } = await serve(TWO);
    const lines = ["email,roles", `${JANE},`, `${JOHN},`, `${ADA},Admn`, "new@acmecorp.com,"];
    const { status, stdout } = await sync(env.apiKey, lines);
    expect(status).toBe(2);
    expect(stdout).toContain("  + new@acmecorp.com  default role\n");
    expect(stdout).not.toContain(ADA);
    expect(stdout).toContain('! Line 4: The organization has no role "Admn".');
  });

  test.each([
    [
      "with a column",
      ["email,organization", `${JANE},Twins`],
      [],
      '! Line 2: 2 organizations are called "Twins". Use the id: ',
    ],
    [
      "with --organization",
      ["email", JANE],
      ["--organization", "Twins"],
      '--organization: 2 organizations are called "Twins". Use the id: ',
    ],
  ])("two organizations of the same name need an id: %s", async (_what, lines, options, message) => {
    const { env } = await serve(TWO, (fetch) => async (request) => {
      const response = await fetch(request);
      if (!request.url.endsWith("/api/organizations")) return response;
      const { data } = (await response.json()) as { data: object[] };
      return Response.json({ data: data.map((each) => ({ ...each, name: "Twins" })) }, response);
    });
    const { status, stdout, stderr } = await sync(env.partnerKey, lines, "--apply", ...options);
    expect(status).toBe(2);
    expect(stdout + stderr).toContain(message);
  });

  test("if one organization cannot be read, nothing is changed, and the command exits with 1", async () => {
    const { sandbox, env } = await serve(
      TWO,
      (fetch) => (request) =>
        request.url.includes(`${ORGANIZATION}/users`)
          ? Promise.resolve(new Response("{}", { status: 403 }))
          : fetch(request),
    );
    const { status, stdout } = await sync(env.partnerKey, ACME_AND_GLOBEX, "--apply");
    expect(status).toBe(1);
    expect(stdout).toContain(`Acme Corp (${ORGANIZATION}): ForbiddenError: `);
    expect(addressesIn(sandbox, 1)).toEqual([JANE]);
  });

  test("an --admin-role that one of them does not have is refused, even if nothing changes there", async () => {
    const { sandbox, env } = await serve(TWO);
    const { id } = sandbox.snapshot().organizations[0]!.roles.find(({ name }) => name === "Admin")!;
    const { status, stdout } = await sync(env.partnerKey, ACME_AND_GLOBEX.slice(0, 4), "--admin-role", id);
    expect(status).toBe(2);
    expect(stdout.match(/^ *! .+$/gm)).toEqual([
      expect.stringContaining(`has the name or id "${id}". The organization has: `),
    ]);
    expect(stdout).toMatch(/^Globex \(.+\): create 0, update 0, delete 0, unchanged 1\n {2}! /);
  });

  test("an objection to a JSON list names the entry, also if others are for another organization", async () => {
    const { env } = await serve(TWO);
    const list = [
      { email: JANE, organization: "Globex" },
      { email: "jane", organization: "Acme Corp" },
      { email: ADA, organization: "Nowhere" },
    ];
    const { status, stdout } = await sync(env.partnerKey, [JSON.stringify(list)]);
    expect(status).toBe(2);
    expect(stdout).toContain('! Entry 2: the address "jane"');
    expect(stdout).toContain("! Entry 3: The key has no organization");
  });

  test("an API key manages only its own organization", async () => {
    const { sandbox, env } = await serve(TWO);
    const refused = await sync(env.apiKey, ACME_AND_GLOBEX, "--apply");
    expect([refused.status, refused.stdout]).toEqual([2, expect.stringContaining("! Line 4 and 1 more: ")]);
    const accepted = await sync(env.apiKey, [...ACME_AND_GLOBEX.slice(0, 3), `${ADA},Acme Corp`], "--apply");
    expect([accepted.status, addressesIn(sandbox)]).toEqual([0, [ADA, JANE, JOHN]]);
  });
});

describe("the command line", () => {
  test.each<[what: string, args: string[], message: string]>([
    ["no list", [], "Name one list: a CSV or JSON file, or - for the standard input."],
    ["two lists", ["a.csv", "b.csv"], "Name one list"],
    [
      "an unknown option",
      ["-", "--aply"],
      "Unknown option '--aply'. Options: --organization, --apply, --no-delete, --max-delete, --admin-role, --concurrency, --json. Run npx polytomic-users sync --help.",
    ],
    ["an empty organization", ["-", "--organization", ""], "--organization is empty. If it is a variable, is it set?"],
    ["an empty admin role", ["-", "--admin-role="], "--admin-role is empty. If it is a variable, is it set?"],
    ["an option without a value", ["-", "--organization"], "argument missing"],
    [
      "a share above 100 %",
      ["-", "--max-delete", "101%"],
      '--max-delete must be a number of users, or a share such as 20%; got "101%".',
    ],
    ["a negative number", ["-", "--max-delete=-1"], "--max-delete must be a number"],
    ["no concurrency", ["-", "--concurrency", "0"], "--concurrency must be a whole number from 1 to 100"],
    ["a file that does not exist", ["/no/such.csv"], "Cannot read /no/such.csv: The file does not exist."],
    ["a list without people", ["-"], "The standard input cannot be used: It is empty."],
  ])(
    "sync exits with 2 before anything is sent, and --json prints the error as JSON: %s",
    async (_what, args, message) => {
      const { sandbox, env } = await serve();
      const [plain, json] = await Promise.all([
        run(["sync", ...args], { env: env.apiKey }),
        run(["sync", "--json", ...args], { env: env.apiKey }),
      ]);
      expect([plain.status, plain.stdout]).toEqual([2, ""]);
      expect(plain.stderr).toContain(message);
      expect([json.status, JSON.parse(json.stdout)]).toEqual([
        2,
        { error: expect.stringContaining(message) as string },
      ]);
      expect(sandbox.requests).toEqual([]);
    },
  );

  test.each<[what: string, kind: keyof ServedSandbox["env"], lines: string[], options: string[], message: string]>([
    [
      "a partner key without an organization",
      "partnerKey",
      USUAL,
      [],
      "POLYTOMIC_PARTNER_KEY can manage several organizations. Add --organization <id or name>",
    ],
    [
      "an unknown organization",
      "partnerKey",
      USUAL,
      ["--organization", "Globex"],
      '--organization: The key has no organization with the id or the exact name "Globex". Correct it, or use a key that can access the organization.',
    ],
    [
      "another organization than that of the API key",
      "apiKey",
      USUAL,
      ["--organization", USER],
      "--organization: The key has no organization",
    ],
    [
      "an organization in the list and in the command line",
      "partnerKey",
      ["email,organization", `${JANE},Acme Corp`],
      ["--organization", "Acme Corp"],
      "The list has a column organization. Remove it, or omit --organization.",
    ],
  ])("sync exits with 2 if the organization is not clear: %s", async (_what, kind, lines, options, message) => {
    const { env } = await serve();
    const { status, stdout, stderr } = await sync(env[kind], lines, ...options);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });
});

describe("the output", () => {
  test.each([
    ["a plan", ["--max-delete", "1"], 0, false],
    ["an applied plan", ["--max-delete", "1", "--apply"], 0, true],
    ["objections", ["--apply"], 2, false],
  ] as const)(
    "--json prints the report and nothing else to the standard output: %s",
    async (_what, options, status, applied) => {
      const { env } = await serve();
      const result = await sync(env.apiKey, USUAL, "--json", ...options);
      const report = JSON.parse(result.stdout) as Report;
      expect([result.status, report.applied]).toEqual([status, applied]);
      expect(report.total).toMatchObject({
        organizations: 1,
        create: 1,
        delete: 1,
        unchanged: 1,
        done: applied ? 2 : 0,
      });
      expect(report.organizations[0]!.steps).toMatchObject([
        { action: "create", email: ADA, ...(applied && { result: "done" }) },
        { action: "delete", email: JOHN, ...(applied && { result: "done" }) },
      ]);
      expect(report.organizations[0]!.objections.map(({ kind }) => kind)).toEqual(
        status === 2 ? ["too-many-deletions"] : [],
      );
    },
  );

  test.each([[[]], [["--json"]]])(
    "no character of a list or of an organization can control the terminal: %j",
    async (options) => {
      const hostile = "\u001B]0;pwned\u0007\u009B2J\u202E\u200B";
      const { env } = await serve({
        organizations: [{ name: `Acme${hostile}` }, { name: `Globex${hostile}`, users: [] }],
      });
      const lines = [
        "email,roles,organization",
        `${JANE},Admin,Acme${hostile}`,
        `a${hostile}@x.co,B${hostile},Acme${hostile}`,
        `${ADA},,Globex${hostile}`,
        `${ADA},,Other${hostile}`,
      ];
      const { status, stdout, stderr } = await sync(env.partnerKey, lines, ...options);
      expect(status).toBe(2);
      expect(stdout).toContain(options.length > 0 ? String.raw`\u001b` : "<U+001B>");
      expect(stdout + stderr).not.toMatch(/(?!\n)[\p{C}\p{Default_Ignorable_Code_Point}]/u);
    },
  );

  test("the output contains no key and no color, and the summary contains no address", async () => {
    const { env } = await serve();
    const { stdout, stderr } = await sync(
      { ...env.partnerKey, FORCE_COLOR: "1" },
      USUAL,
      "--apply",
      "--max-delete",
      "1",
      "--organization",
      "Acme Corp",
    );
    expect(stdout + stderr).not.toMatch(/sandbox-partner-key|\p{Cc}\[/u);
    expect(stdout.slice(stdout.indexOf("\n\n"))).not.toContain("@");
    expect(stderr).not.toContain("@");
  });
});
