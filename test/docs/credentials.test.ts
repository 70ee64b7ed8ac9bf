import { afterEach, expect, test, vi } from "vitest";
import { ConfigurationError, Polytomic, type PolytomicOptions } from "../../src/index.ts";
import { createSandbox } from "../../src/testing/index.ts";
import { quoted, tableOf } from "./tables.ts";

type KeyOption = "apiKey" | "partnerKey" | "deploymentKey";

const BASE_URL = "https://polytomic.example.com";

afterEach(() => void vi.unstubAllEnvs());

/** Lists the users of the organization that a sandbox contains, with the call that a page names. */
async function list(polytomic: Polytomic, call: string, organizationId: string): Promise<number> {
  const { users } = call === "polytomic.users" ? polytomic : polytomic.organization(organizationId);
  return (await users.list()).length;
}

test("each kind of key in docs/guides/credentials.md can be passed or read from its variable, and accesses what the table says", async () => {
  const rows = await tableOf("docs/guides/credentials.md", /^\| key/);
  expect(rows).toHaveLength(3);
  for (const [, option, variable, accesses = ""] of rows) {
    const sandbox = createSandbox();
    const { fetch } = sandbox;
    const name = quoted(option)[0] as KeyOption;
    const options = { [name]: sandbox[name], baseUrl: BASE_URL, fetch } as PolytomicOptions;
    const [call = "polytomic.organization()"] = quoted(accesses);
    expect(await list(new Polytomic(options), call, sandbox.organizationId)).toBe(2);
    vi.stubEnv(quoted(variable)[0]!, sandbox[name]);
    expect(await list(new Polytomic({ baseUrl: BASE_URL, fetch }), call, sandbox.organizationId)).toBe(2);
    vi.unstubAllEnvs();
    if (name !== "apiKey") await expect(new Polytomic(options).users.list()).rejects.toThrow(ConfigurationError);
  }
});

test("each environment variable in docs/guides/credentials.md replaces the option that the table names", async () => {
  const rows = (await tableOf("docs/guides/credentials.md", /^\| variable/)).map((row) => row.flatMap((cell) => quoted(cell)).slice(0, 2)); // prettier-ignore
  const options = ["apiKey", "partnerKey", "deploymentKey", "baseUrl", "allowInsecureConnection"];
  expect(rows.map(([, option]) => option)).toEqual(options);
  vi.stubEnv(rows.at(-1)![0]!, "1");
  expect(() => new Polytomic({ apiKey: "a-key", baseUrl: "http://polytomic.example.com" })).not.toThrow();
  vi.unstubAllEnvs();
  for (const [variable = "", option = ""] of rows.slice(0, -1)) {
    const { headers, urls, fetch } = recorder();
    vi.stubEnv(variable, option === "baseUrl" ? "polytomic.example.com" : "key-of-the-environment");
    const given = option === "baseUrl" ? { apiKey: "a-given-key" } : { baseUrl: BASE_URL };
    await new Polytomic({ ...given, fetch }).organization(createSandbox().organizationId).users.list();
    expect(urls).toEqual([expect.stringContaining(`${BASE_URL}/`)]);
    expect(headers).toEqual([`Bearer ${option === "baseUrl" ? "a-given-key" : "key-of-the-environment"}`]);
    vi.unstubAllEnvs();
  }
});

test("each row of the table in docs/start/get-a-key.md names a key that works with the call of the row", async () => {
  const rows = await tableOf("docs/start/get-a-key.md", /^\| to manage/);
  expect(rows.map(([, , option]) => quoted(option)[0])).toEqual(["apiKey", "partnerKey", "deploymentKey"]);
  for (const [, , option, call] of rows) {
    const sandbox = createSandbox();
    const name = quoted(option)[0] as KeyOption;
    const options = { [name]: sandbox[name], baseUrl: BASE_URL, fetch: sandbox.fetch } as PolytomicOptions;
    expect(await list(new Polytomic(options), quoted(call)[0]!, sandbox.organizationId)).toBe(2);
  }
});

/** A `fetch` that returns an empty list, and records the URLs and the `Authorization` headers of its calls. */
function recorder() {
  const [urls, headers]: [string[], (string | undefined)[]] = [[], []];
  const fetch: NonNullable<PolytomicOptions["fetch"]> = async (url, init) => {
    urls.push(url);
    headers.push(init.headers["authorization"]);
    return Response.json({ data: [] }, { headers: { "x-polytomic-version": "2025-09-18" } });
  };
  return { urls, headers, fetch };
}
