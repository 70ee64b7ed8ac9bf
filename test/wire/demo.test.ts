import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { FACTS, pathOf, ORGANIZATION } from "../facts.ts";
import { sendJson, serve } from "./server.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the demo as `npm run demo` does, with the built package. */
function runDemo(
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

/** Returns a flag that sends the requests for the real API to another URL. */
const redirectTo = (url: string): string =>
  `--import=data:text/javascript,${encodeURIComponent(
    `const real = fetch; globalThis.fetch = (url, init) => real(url.replace("https://app.polytomic.com", "${url}"), init);`,
  )}`;

const ENV = { POLYTOMIC_PARTNER_KEY: "a-real-key", POLYTOMIC_ORGANIZATION_ID: ORGANIZATION };

test("without a key, the demo lists the users of the sandbox and shows three errors", async () => {
  const { code, out, err } = await runDemo();
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/sandbox.*POLYTOMIC_PARTNER_KEY/);
  expect(out).toContain("jane.doe@acmecorp.com");
  expect(out).toContain("john.smith@acmecorp.com");
  expect(out).toMatch(/InvalidArgumentError: .*`org_id`/);
  expect(out).toMatch(/UnauthorizedError: .* 401/);
  expect(out).toMatch(/NotFoundError: .* 404/);
});

test("with a key, the demo lists the users of the real API", async () => {
  const server = await serve((_request, response) =>
    sendJson(response, 200, { data: [{ id: ORGANIZATION, email: "somebody@example.com" }] }),
  );
  const { code, out, err } = await runDemo(ENV, redirectTo(server.url));
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain("somebody@example.com");
  expect(server.received[0]).toMatchObject({
    target: pathOf(FACTS.listPartnerUsers),
    headers: { authorization: "Bearer a-real-key" },
  });
});

test("with a key that the API rejects, the demo prints one readable message and exits with code 1", async () => {
  const server = await serve((_request, response) => sendJson(response, 401, { message: "No such key." }));
  const { code, out, err } = await runDemo(ENV, redirectTo(server.url));
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/^UnauthorizedError: .*No such key\..*\n$/);
});
