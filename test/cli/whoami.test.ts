import { expect, test } from "vitest";
import { ORGANIZATION, USER } from "../facts.ts";
import { run, serve } from "./command.ts";

/** A served sandbox in which Jane has an API key, and the environment with a key. */
async function environmentWith(variable: string, key: string): Promise<Record<string, string>> {
  const users = [{ email: "jane.doe@acmecorp.com", id: USER, role: "admin", apiKeys: ["key-of-jane"] }];
  const { env } = await serve({ organizations: [{ users }] });
  return { POLYTOMIC_DEPLOYMENT_URL: env.apiKey["POLYTOMIC_DEPLOYMENT_URL"]!, [variable]: key };
}

test.each([
  [
    "POLYTOMIC_API_KEY",
    "key-of-jane",
    "API key of a user",
    `Acme Corp (${ORGANIZATION})`,
    `jane.doe@acmecorp.com (${USER})`,
  ],
  ["POLYTOMIC_API_KEY", "sandbox-api-key", "API key of an organization", `Acme Corp (${ORGANIZATION})`, "none"],
  ["POLYTOMIC_PARTNER_KEY", "sandbox-partner-key", "partner key", "none", "none"],
  ["POLYTOMIC_DEPLOYMENT_KEY", "sandbox-deployment-key", "deployment key", "none", "none"],
])(
  "whoami shows the kind of the key, its organization and its user: %s=%s",
  async (variable, key, kind, organization, user) => {
    const env = await environmentWith(variable, key);
    const { status, stdout, stderr } = await run(["whoami"], { env });
    expect([status, stderr]).toEqual([0, ""]);
    const lines = Object.fromEntries(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split(/ {2,}/)),
    );
    const host = new URL(env["POLYTOMIC_DEPLOYMENT_URL"]!).host;
    expect(lines).toMatchObject({ key: `${kind}, from ${variable}`, organization, user, host, version: "2025-09-18" });
    expect(stdout).not.toContain(key);
  },
);

test("whoami --json prints the identity as JSON, without the key", async () => {
  const env = await environmentWith("POLYTOMIC_API_KEY", "key-of-jane");
  const { status, stdout } = await run(["whoami", "--json"], { env });
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    variable: "POLYTOMIC_API_KEY",
    kind: "API key of a user",
    apiVersion: "2025-09-18",
    identity: { id: USER, email: "jane.doe@acmecorp.com", organization_id: ORGANIZATION, is_user: true },
  });
  expect(stdout).not.toContain("key-of-jane");
});

test.each([
  [
    "POLYTOMIC_API_KEY",
    "sandbox-partner-key",
    "POLYTOMIC_API_KEY contains a partner key. Set POLYTOMIC_PARTNER_KEY instead.",
  ],
  [
    "POLYTOMIC_API_KEY",
    "sandbox-deployment-key",
    "POLYTOMIC_API_KEY contains a deployment key. Set POLYTOMIC_DEPLOYMENT_KEY instead.",
  ],
  ["POLYTOMIC_PARTNER_KEY", "key-of-jane", "POLYTOMIC_PARTNER_KEY contains an API key. Set POLYTOMIC_API_KEY instead."],
])("whoami says which variable a key belongs in, and sync refuses the key: %s=%s", async (variable, key, advice) => {
  const env = await environmentWith(variable, key);
  const [whoami, sync] = await Promise.all([
    run(["whoami"], { env }),
    run(["sync", "-", "--apply"], { env, stdin: "email\nada@acmecorp.com\n" }),
  ]);
  expect(whoami).toMatchObject({ status: 0, stdout: expect.stringContaining(advice) as string });
  expect(sync).toEqual({ status: 2, stdout: "", stderr: `polytomic-users: ${advice}\n` });
});

test.each<[what: string, env: Record<string, string>, status: number, message: string]>([
  ["no key", {}, 2, "No key. Set POLYTOMIC_API_KEY, POLYTOMIC_PARTNER_KEY or POLYTOMIC_DEPLOYMENT_KEY"],
  [
    "two keys",
    { POLYTOMIC_API_KEY: "a", POLYTOMIC_PARTNER_KEY: "b" },
    2,
    "Set only one of POLYTOMIC_API_KEY and POLYTOMIC_PARTNER_KEY.",
  ],
  ["a quoted key", { POLYTOMIC_API_KEY: '"secret"' }, 2, "POLYTOMIC_API_KEY starts or ends with a quotation mark."],
  [
    "a deployment key without a URL",
    { POLYTOMIC_DEPLOYMENT_KEY: "secret" },
    2,
    "POLYTOMIC_DEPLOYMENT_KEY requires POLYTOMIC_DEPLOYMENT_URL in the environment.",
  ],
  [
    "an unknown key",
    { POLYTOMIC_API_KEY: "secret", POLYTOMIC_DEPLOYMENT_URL: "" },
    1,
    "UnauthorizedError: GET /api/me returned 401",
  ],
  [
    "a URL with a key",
    { POLYTOMIC_API_KEY: "secret", POLYTOMIC_DEPLOYMENT_URL: "https://key:secret@polytomic.example" },
    2,
    "POLYTOMIC_DEPLOYMENT_URL must not contain a user name or a password. Set the key in a variable of its own.",
  ],
  [
    "a URL without encryption",
    { POLYTOMIC_API_KEY: "secret", POLYTOMIC_DEPLOYMENT_URL: "http://polytomic.example" },
    2,
    "in a network that you trust, set POLYTOMIC_ALLOW_INSECURE_CONNECTION=1.",
  ],
])("whoami explains what is wrong with the environment in one line: %s", async (_what, env, expected, message) => {
  const served = await serve();
  const url = env["POLYTOMIC_DEPLOYMENT_URL"] === "" ? served.env.apiKey["POLYTOMIC_DEPLOYMENT_URL"]! : undefined;
  const { status, stdout, stderr } = await run(["whoami", "--json"], {
    env: { ...env, ...(url && { POLYTOMIC_DEPLOYMENT_URL: url }) },
  });
  expect(status).toBe(expected);
  expect(stderr).toMatch(/^polytomic-users: .+\n$/);
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/`(?:\w+Key|baseUrl|allow)/);
  expect(JSON.parse(stdout)).toEqual({ error: stderr.slice("polytomic-users: ".length, -1) });
  expect(stderr).not.toContain("secret");
});
