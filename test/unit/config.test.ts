import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { API_VERSION, Polytomic, type PolytomicOptions } from "../../src/index.ts";
import { ORGANIZATION } from "../facts.ts";

const VARIABLES = [
  "POLYTOMIC_API_KEY",
  "POLYTOMIC_PARTNER_KEY",
  "POLYTOMIC_DEPLOYMENT_KEY",
  "POLYTOMIC_DEPLOYMENT_URL",
];

beforeEach(() => VARIABLES.forEach((name) => vi.stubEnv(name, undefined)));
afterEach(() => void vi.unstubAllEnvs());

/** Where a list call of this client goes, and with which key. */
async function sent(options?: PolytomicOptions): Promise<{ url: string; authorization: string | null }> {
  const seen = { url: "", authorization: null as string | null };
  const polytomic = new Polytomic({
    ...options,
    fetch: async (url, init) => {
      seen.url = url;
      seen.authorization = new Headers(init.headers).get("authorization");
      return Response.json({ data: [] });
    },
  });
  await polytomic.organization(ORGANIZATION).users.list();
  return seen;
}

const refused = (options: unknown, message: string | RegExp): void => {
  const make = (): unknown => new Polytomic(options as PolytomicOptions);
  expect(make).toThrow(expect.objectContaining({ name: "ConfigurationError" }));
  expect(make).toThrow(message);
};

test("options of a class with accessors are checked like others", () => {
  class Options {
    get partnerKey(): string {
      return "p-key";
    }
    get baseUrl(): string {
      return "http://api.internal";
    }
  }
  refused(new Options(), "`baseUrl` must be an https URL");
});

test("a key in the place of an option's name is not shown", () => {
  refused({ "sk-secret-secret-secret-secret": 1 }, /^There is no option\. There are: apiKey/);
  refused({ apikey: 1 }, /^There is no option `apikey`\. There are: apiKey/);
});

describe("the key", () => {
  test("is one of the three of the environment when no option gives one", async () => {
    vi.stubEnv("POLYTOMIC_API_KEY", "from-env-1");
    expect(await sent()).toMatchObject({ authorization: "Bearer from-env-1" });
    vi.stubEnv("POLYTOMIC_API_KEY", "");
    vi.stubEnv("POLYTOMIC_PARTNER_KEY", "from-env-2");
    expect(await sent()).toMatchObject({ authorization: "Bearer from-env-2" });
  });

  test("of an option wins over those of the environment", async () => {
    vi.stubEnv("POLYTOMIC_API_KEY", "from-env-1");
    vi.stubEnv("POLYTOMIC_PARTNER_KEY", "from-env-2");
    expect(await sent({ apiKey: "from-option" })).toMatchObject({ authorization: "Bearer from-option" });
  });

  test("must be there", () =>
    refused({}, /POLYTOMIC_API_KEY, POLYTOMIC_PARTNER_KEY, POLYTOMIC_DEPLOYMENT_KEY; got none/));

  test("must be one, not two", () => {
    refused({ apiKey: "a", partnerKey: "b" }, "got apiKey and partnerKey");
    refused(
      { apiKey: "a", partnerKey: "b" },
      "Give exactly one of apiKey, partnerKey, deploymentKey, or set exactly one of POLYTOMIC_API_KEY",
    );
    vi.stubEnv("POLYTOMIC_API_KEY", "a");
    vi.stubEnv("POLYTOMIC_PARTNER_KEY", "b");
    refused({}, "got POLYTOMIC_API_KEY and POLYTOMIC_PARTNER_KEY");
  });

  test("that is spelt out but undefined is refused, not replaced by one of the environment", () => {
    vi.stubEnv("POLYTOMIC_API_KEY", "from-env");
    refused({ partnerKey: undefined }, "got one that is undefined");
    refused({ apiKey: null }, "`apiKey` must be a string, or a function that gives one; got null.");
  });

  test("must not be empty", () => {
    refused({ apiKey: "" }, "`apiKey` is empty");
    refused({ apiKey: " \n" }, "`apiKey` is empty");
    refused({ apiKey: 5 }, "`apiKey` must be a string, or a function that gives one; got number.");
  });
});

describe("the base URL", () => {
  test("is Polytomic Cloud by default", async () => {
    expect((await sent({ apiKey: "a-key" })).url).toMatch(/^https:\/\/app\.polytomic\.com\/api\//);
  });

  test("of a deployment key comes from the option, else from POLYTOMIC_DEPLOYMENT_URL, https unless it says", async () => {
    refused({ deploymentKey: "d-key" }, "POLYTOMIC_DEPLOYMENT_URL");
    vi.stubEnv("POLYTOMIC_DEPLOYMENT_URL", "polytomic.example.com:8443");
    expect((await sent({ deploymentKey: "d-key" })).url).toMatch(/^https:\/\/polytomic\.example\.com:8443\/api\//);
    vi.stubEnv("POLYTOMIC_DEPLOYMENT_URL", "http://127.0.0.1:4010/");
    expect((await sent({ deploymentKey: "d-key" })).url).toMatch(/^http:\/\/127\.0\.0\.1:4010\/api\//);
    const baseUrl = "https://other.example.com";
    expect((await sent({ deploymentKey: "d-key", baseUrl })).url).toMatch(/^https:\/\/other\.example\.com\/api\//);
  });

  test("of the environment is not for other keys", async () => {
    vi.stubEnv("POLYTOMIC_DEPLOYMENT_URL", "polytomic.example.com");
    expect((await sent({ partnerKey: "p-key" })).url).toMatch(/^https:\/\/app\.polytomic\.com\//);
  });

  test.each(["http://localhost:1", "http://127.0.0.1", "http://127.8.9.1:80", "http://[::1]:4010"])(
    "may be http on the loopback host %s",
    async (baseUrl) => expect((await sent({ apiKey: "a-key", baseUrl })).url).toMatch(/^http:/),
  );

  test.each([
    ["http://app.polytomic.com", "https"],
    ["http://localhost.example.com", "https"],
    ["http://127.0.0.1.example.com", "https"],
    ["ftp://app.polytomic.com", "an https URL"],
    ["app.polytomic.com", "an https URL"],
    ["", "an https URL"],
    ["https://user:pass@app.polytomic.com", "user name"],
    ["https://app.polytomic.com?x=1", "query"],
    ["https://app.polytomic.com#x", "fragment"],
  ])("%s is refused", (baseUrl, message) => refused({ apiKey: "a-key", baseUrl }, message));
});

describe("other options", () => {
  test("an unknown one is refused by name, with those that there are", () => {
    refused({ apiKey: "a-key", apikey: "x" }, /no option `apikey`.*apiKey, partnerKey/);
    refused("a-key", "must be an object");
    refused(null, "must be an object");
  });

  test.each([
    [{ organizationId: ORGANIZATION }, "API key has its own"],
    [{ version: "latest" }, `such as "${API_VERSION}"`],
    [{ fetch: "fetch" }, "`fetch` must be a function"],
    [{ onEvent: {} }, "`onEvent` must be a function"],
    [{ headers: { Authorization: "Bearer x" } }, "set by the client, from its key"],
    [{ headers: { "x-polytomic-version": "x" } }, "`version` and"],
    [{ headers: { "Idempotency-Key": "12345678" } }, "and `idempotencyKey`"],
    [{ headers: { "bad name": "x" } }, "no header can have"],
    [{ headers: { "x-number": 5 } }, "no header can have"],
    [{ headers: "x" }, "plain object of strings"],
    [{ headers: new Headers({ "x-team": "1" }) }, "plain object of strings"],
    [{ headers: { Connection: "close" } }, "by the runtime"],
  ])("%j is refused", (options, message) => refused({ apiKey: "a-key", ...options }, message));

  test("an organization id must be a UUID", () => {
    refused({ partnerKey: "p-key", organizationId: "acme" }, "`organizationId` must be a UUID");
  });
});

describe("fetch", () => {
  afterEach(() => void vi.unstubAllGlobals());

  test("is the global one at the time of the call, however late it is replaced", async () => {
    const polytomic = new Polytomic({ apiKey: "a-key" });
    const replaced = vi.fn(async () => Response.json({ data: null }));
    vi.stubGlobal("fetch", replaced);
    expect(await polytomic.users.list()).toEqual([]);
    expect(replaced).toHaveBeenCalledOnce();
  });

  test("is called with a URL and an init, and with no `this`", async () => {
    const fetch = vi.fn(async function (this: unknown, _url: string, _init: RequestInit) {
      expect(this).toBeUndefined();
      return Response.json({ data: null });
    });
    await new Polytomic({ apiKey: "a-key", fetch }).users.list();
    expect(fetch).toHaveBeenCalledWith(
      "https://app.polytomic.com/api/organization/users",
      expect.objectContaining({ method: "GET", redirect: "manual" }),
    );
  });
});
