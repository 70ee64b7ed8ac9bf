import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ORGANIZATION } from "../facts.ts";
import { sendJson, serve } from "./server.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the demo as `npm run demo` does, with the package that the test command has built. */
function demo(
  env: Record<string, string> = {},
  ...flags: string[]
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...flags, "examples/list-partner-users.ts"],
      { cwd: ROOT, env: { PATH: process.env["PATH"], ...env }, timeout: 30_000 },
      (_error, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

describe("the demo", () => {
  test("without a key says so, lists the sandbox's users and shows three failures, and ends by itself", async () => {
    const { code, out, err } = await demo();
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("POLYTOMIC_PARTNER_KEY and POLYTOMIC_ORGANIZATION_ID are not both set");
    expect(out).toContain("jane.doe@acmecorp.com");
    expect(out).toContain("john.smith@acmecorp.com");
    expect(out).toMatch(/a wrong organization id\n  InvalidArgumentError: `org_id` must be a UUID/);
    expect(out).toMatch(/a wrong key\n  UnauthorizedError: .* 401/);
    expect(out).toMatch(/an unknown organization\n  NotFoundError: .* 404/);
  });

  /** Sends what is meant for the real API to another place. */
  const detour = (url: string): string =>
    `--import=data:text/javascript,${encodeURIComponent(
      `const real = fetch; globalThis.fetch = (url, init) => real(url.replace("https://app.polytomic.com", "${url}"), init);`,
    )}`;
  const env = { POLYTOMIC_PARTNER_KEY: "a-real-key", POLYTOMIC_ORGANIZATION_ID: ORGANIZATION };

  test("with a key lists that organization's users from the real API", async () => {
    const server = await serve((_request, response) =>
      sendJson(response, 200, { data: [{ id: ORGANIZATION, email: "somebody@example.com" }] }),
    );
    const { code, out, err } = await demo(env, detour(server.url));
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("somebody@example.com");
    expect(server.received[0]).toMatchObject({
      target: `/api/organizations/${ORGANIZATION}/users`,
      headers: { authorization: "Bearer a-real-key" },
    });
  });

  test("with a key that is refused gives one readable message and exit code 1", async () => {
    const server = await serve((_request, response) => sendJson(response, 401, { message: "No such key." }));
    const { code, out, err } = await demo(env, detour(server.url));
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^UnauthorizedError: .*No such key\..*\n$/);
  });
});
