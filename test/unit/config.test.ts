import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { API_VERSION, Polytomic, type PolytomicOptions } from "../../src/index.ts";
import { ORGANIZATION, USER } from "../facts.ts";

const VARIABLES = [
  "POLYTOMIC_API_KEY",
  "POLYTOMIC_PARTNER_KEY",
  "POLYTOMIC_DEPLOYMENT_KEY",
  "POLYTOMIC_DEPLOYMENT_URL",
  "POLYTOMIC_ALLOW_INSECURE_CONNECTION",
];

beforeEach(() => VARIABLES.forEach((name) => vi.stubEnv(name, undefined)));
afterEach(() => void vi.unstubAllEnvs());

/** Returns the URL and the authorization of a list call of this client. */
async function sent(options?: PolytomicOptions): Promise<{ url: string; authorization: string | null }> {
  const request = { url: "", authorization: null as string | null };
  const polytomic = new Polytomic({
    ...options,
    fetch: async (url, init) => {
      request.url = url;
      request.authorization = new Headers(init.headers).get("authorization");
      return Response.json({ data: [] });
    },
  });
  await polytomic.organization(ORGANIZATION).users.list();
  return request;
}

/** Expects a `ConfigurationError` that mentions the culprit. */
function expectRefusal(options: unknown, culprit: string | RegExp): void {
  const construct = (): unknown => new Polytomic(options as PolytomicOptions);
  expect(construct).toThrow(expect.objectContaining({ name: "ConfigurationError" }));
  expect(construct).toThrow(culprit);
}

describe("the key", () => {
  test("the client reads its key from the environment if no option names one", async () => {
    vi.stubEnv("POLYTOMIC_API_KEY", "from-env-1");
    expect(await sent()).toMatchObject({ authorization: "Bearer from-env-1" });
    vi.stubEnv("POLYTOMIC_API_KEY", "");
    vi.stubEnv("POLYTOMIC_PARTNER_KEY", "from-env-2");
    expect(await sent()).toMatchObject({ authorization: "Bearer from-env-2" });
  });

  test("a key in the options overrides the keys in the environment", async () => {
    vi.stubEnv("POLYTOMIC_API_KEY", "from-env-1");
    vi.stubEnv("POLYTOMIC_PARTNER_KEY", "from-env-2");
    expect(await sent({ apiKey: "from-option" })).toMatchObject({ authorization: "Bearer from-option" });
  });

  test.each(["bearerx", "  basic-key\n", "a~!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}"])(
    "the key %j is sent without the spaces around it",
    async (apiKey) => {
      expect(await sent({ apiKey })).toMatchObject({ authorization: `Bearer ${apiKey.trim()}` });
    },
  );

  test("a client without a key is refused, and the error names the options and the variables", () => {
    expectRefusal({}, /apiKey, partnerKey, deploymentKey.*POLYTOMIC_API_KEY, .*PARTNER_KEY, .*DEPLOYMENT_KEY.*none/);
  });

  test("two keys are refused, and the error names both", () => {
    expectRefusal({ apiKey: "a", partnerKey: "b" }, "apiKey and partnerKey");
    vi.stubEnv("POLYTOMIC_API_KEY", "a");
    vi.stubEnv("POLYTOMIC_PARTNER_KEY", "b");
    expectRefusal({}, "POLYTOMIC_API_KEY and POLYTOMIC_PARTNER_KEY");
  });

  test("a key that is passed as undefined is refused, and not replaced by a key from the environment", () => {
    vi.stubEnv("POLYTOMIC_API_KEY", "from-env");
    expectRefusal({ partnerKey: undefined }, "undefined");
    expectRefusal({ apiKey: null }, /`apiKey` must be a string.*null/);
  });

  test.each([
    ["", "`apiKey` is empty"],
    [" \n", "`apiKey` is empty"],
    ["Bearer canary", "`apiKey` starts with `Bearer`. Pass only the key itself."],
    ["bearer\tcanary", "`apiKey` starts with `bearer`."],
    ["Bearer ", "`apiKey` starts with `Bearer`."],
    ["BASIC canary", "`apiKey` starts with `BASIC`."],
    ["basic", "`apiKey` starts with `basic`."],
    ["Token canary", "`apiKey` starts with `Token`."],
    ["Authorization: Bearer canary", "`apiKey` starts with `Authorization:`."],
    ["authorization:canary", "`apiKey` starts with `authorization:`."],
    ["canary Bearer", "`apiKey` contains a space or a line break. Pass only the key itself."],
    ["can\nary", "`apiKey` contains a space or a line break."],
    ["undefined", "`apiKey` is the text `undefined`"],
    [" null\n", "`apiKey` is the text `null`"],
    ["NaN", "`apiKey` is the text `NaN`"],
    ["false", "`apiKey` is the text `false`"],
    ["True", "`apiKey` is the text `True`"],
    ["[object Object]", "`apiKey` is the text `[object …]`"],
    ["YOUR_API_KEY", "`apiKey` is a placeholder. Replace it with the key."],
    ["your-canary", "`apiKey` is a placeholder."],
    ["process.env.CANARY", "`apiKey` is a placeholder."],
    ["import.meta.env.CANARY", "`apiKey` is a placeholder."],
    ["xxxxxxxx", "`apiKey` is a placeholder."],
    ["XXX", "`apiKey` is a placeholder."],
    ["********", "`apiKey` is a placeholder."],
    ["...", "`apiKey` is a placeholder."],
    ["“canary-key”", "such as a typographic quote"],
    [Promise.resolve("x"), "but it is a promise. Pass a function that returns the promise."],
    [{}, /`apiKey` must be a string.*an object\.$/],
    ["a\u007fb", "a character that an HTTP header cannot carry"],
    ["a\u001fb", "a character that an HTTP header cannot carry"],
    ["a\u0080b", "a character that an HTTP header cannot carry"],
    [5, /`apiKey` must be a string.*number/],
  ])("the key %j is refused", (apiKey, culprit) => {
    expectRefusal({ apiKey }, culprit);
    expect(() => new Polytomic({ apiKey } as never)).not.toThrow("canary");
  });

  test.each([
    "${KEY}",
    "sk-${ENV}-canary",
    "{{ secrets.canary }}",
    "{canary}",
    "$API_KEY",
    "%API_KEY%",
    "<your canary>",
  ])("the key %j is refused because it contains a placeholder", (apiKey) =>
    expectRefusal({ apiKey }, "`apiKey` contains a placeholder. Replace it with the key."),
  );

  test.each(['"canary-key"', "'canary-key'", "`canary-key`", '""', "'canary", 'canary"', "`"])(
    "the key %j is refused because of its quotation mark",
    (apiKey) =>
      expectRefusal({ apiKey }, /^`apiKey` starts or ends with a quotation mark\. Pass the key without it\.$/),
  );

  test.each([
    "undefined-1",
    "nullable",
    "falsetto",
    "a<b>c",
    "<a",
    "a>",
    "$lower",
    "$A-b",
    "$",
    "object",
    "tokens",
    "Token-1",
    "{a",
    "a}",
    "a'b",
    "a%B%",
    "%a-b%",
    "xx",
    "xxx1",
    "yours",
    "yourself-1",
    "my-your-key",
    "process-env",
    "*a",
    ".a",
  ])("the key %j, which only resembles a placeholder, is sent", async (apiKey) =>
    expect((await sent({ apiKey })).authorization).toBe(`Bearer ${apiKey}`),
  );

  test("a key of at least 16 random letters, digits and signs is sent", async () => {
    const key = fc.stringMatching(/^[\w\-./=+~:]{16,64}$/);
    await fc.assert(
      fc.asyncProperty(key, async (apiKey) => {
        expect((await sent({ apiKey })).authorization).toBe(`Bearer ${apiKey}`);
      }),
      { seed: 1 },
    );
  });

  test("a placeholder that a key function returns is refused, too", async () => {
    const { error } = await new Polytomic({ apiKey: () => "undefined" }).users.list().result();
    expect(error).toMatchObject({ name: "ConfigurationError", message: expect.stringContaining("`undefined`") });
  });

  test("if a key function returns undefined, the error advises to check the variable", async () => {
    const apiKey = (): string => process.env["POLYTOMIC_MISSPELLED"] as string;
    const { error } = await new Polytomic({ apiKey }).users.list().result();
    expect(error).toMatchObject({
      name: "ConfigurationError",
      message: expect.stringContaining("but it is undefined. Check the variable that it comes from."),
    });
  });
});

describe("the base URL", () => {
  test("the base URL is Polytomic Cloud by default", async () => {
    expect((await sent({ apiKey: "a-key" })).url).toMatch(/^https:\/\/app\.polytomic\.com\/api\//);
  });

  test("a deployment key requires `baseUrl` or POLYTOMIC_DEPLOYMENT_URL, which is https by default", async () => {
    expectRefusal({ deploymentKey: "d-key" }, "POLYTOMIC_DEPLOYMENT_URL");
    vi.stubEnv("POLYTOMIC_DEPLOYMENT_URL", "polytomic.example.com:8443");
    expect((await sent({ deploymentKey: "d-key" })).url).toMatch(/^https:\/\/polytomic\.example\.com:8443\/api\//);
    vi.stubEnv("POLYTOMIC_DEPLOYMENT_URL", " http://127.0.0.1:4010/ ");
    expect((await sent({ deploymentKey: "d-key" })).url).toMatch(/^http:\/\/127\.0\.0\.1:4010\/api\//);
    const baseUrl = "https://other.example.com";
    expect((await sent({ deploymentKey: "d-key", baseUrl })).url).toMatch(/^https:\/\/other\.example\.com\/api\//);
  });

  test("a POLYTOMIC_DEPLOYMENT_URL of spaces is ignored", async () => {
    vi.stubEnv("POLYTOMIC_DEPLOYMENT_URL", "  ");
    expect((await sent({ apiKey: "a-key" })).url).toMatch(/^https:\/\/app\.polytomic\.com\//);
  });

  test.each(["", "/", "///"])("slashes at the end of the base URL are ignored: %j", async (end) => {
    const { url } = await sent({ apiKey: "a-key", baseUrl: `https://example.com/base${end}` });
    expect(url).toMatch(/^https:\/\/example\.com\/base\/api\//);
  });

  test("POLYTOMIC_DEPLOYMENT_URL applies to every kind of key, unless `baseUrl` is given", async () => {
    vi.stubEnv("POLYTOMIC_DEPLOYMENT_URL", "polytomic.example.com");
    for (const key of [{ partnerKey: "p-key" }, { apiKey: "a-key" }]) {
      expect((await sent(key)).url).toMatch(/^https:\/\/polytomic\.example\.com\//);
      expect((await sent({ ...key, baseUrl: "https://eu.example.com" })).url).toMatch(/^https:\/\/eu\.example\.com\//);
    }
  });

  test("a POLYTOMIC_DEPLOYMENT_URL that is not a valid base URL is refused by name", () => {
    vi.stubEnv("POLYTOMIC_DEPLOYMENT_URL", "http://polytomic.example.com");
    expectRefusal({ apiKey: "a-key" }, "POLYTOMIC_DEPLOYMENT_URL uses plain http");
    vi.stubEnv("POLYTOMIC_DEPLOYMENT_URL", "polytomic.example.com:port");
    expectRefusal({ apiKey: "a-key" }, "POLYTOMIC_DEPLOYMENT_URL has an invalid port.");
  });

  test.each([
    "http://localhost:1",
    "http://x.localhost",
    "http://a.b.localhost:4010",
    "http://127.0.0.1",
    "http://127.8.9.1:80",
    "http://[::1]:40",
  ])("the base URL %s of a loopback host may be http", async (baseUrl) =>
    expect((await sent({ apiKey: "a-key", baseUrl })).url).toMatch(/^http:/),
  );

  test.each(["http:/x.y", "https:/x.y", "https:x.y", "https//x.y", "http//sandbox:4010", "//x.y", "://x.y"])(
    "the base URL %s with a mistyped scheme is refused, so that no key is sent to a host called https",
    (baseUrl) => expectRefusal({ apiKey: "a-key", baseUrl }, "`baseUrl` must start with `https://`."),
  );

  test.each([
    ["http://app.polytomic.com", "uses plain http"],
    ["http://localhost.example.com", "uses plain http"],
    ["http://127.0.0.1.example.com", "uses plain http"],
    ["http://128.0.0.1", "uses plain http"],
    ["http://example.com/https://", "uses plain http"],
    [new URL("http://example.com"), "uses plain http"],
    ["ftp://localhost", "must start with `https://`."],
    ["", "is empty."],
    [" ", "is empty."],
    [null, "must be a URL, but it is null."],
    [5, "must be a URL, but it is a number."],
    [{}, "must be a URL, but it is an object."],
    ["polytomic", "must be a URL such as https://app.polytomic.com."],
    ["https://", "is not a valid URL. Pass one such as https://app.polytomic.com."],
    ["https://a b.example.com", "is not a valid URL."],
    ["https://example.com:99999", "has an invalid port."],
    ["https://example.com:port/base", "has an invalid port."],
    ["https://[::1]:99999", "has an invalid port."],
    ["mailto:jane@acmecorp.com", "must not contain a user name"],
    ["https://user:canary@app.polytomic.com", "must not contain a user name or a password."],
    ["https://canary@app.polytomic.com", "must not contain a user name or a password."],
    ["https://:canary@app.polytomic.com", "must not contain a user name or a password."],
    ["https://app.polytomic.com?canary", "must not contain a query"],
    ["https://app.polytomic.com/?", "must not contain a query"],
    ["https://app.polytomic.com#canary", "must not contain a fragment"],
    ["https://app.polytomic.com/#", "must not contain a fragment"],
    ["https://app.polytomic.com/#a?b", "must not contain a fragment"],
  ])("the base URL %s is refused with the part that is wrong", (baseUrl, expected) => {
    expectRefusal({ apiKey: "a-key", baseUrl }, `\`baseUrl\` ${expected}`);
    expect(() => new Polytomic({ apiKey: "a-key", baseUrl } as never)).not.toThrow("canary");
  });

  test.each([
    ["app.polytomic.com/base", "https://app.polytomic.com/base/api/"],
    [" app.polytomic.com:8443 ", "https://app.polytomic.com:8443/api/"],
    ["localhost", "https://localhost/api/"],
    ["localhost:4010", "https://localhost:4010/api/"],
    [new URL("https://example.com/base/"), "https://example.com/base/api/"],
    [
      runInNewContext("new URL('https://example.com')", {
        URL: class {
          href = "https://example.com";
        },
      }),
      "https://example.com/api/",
    ],
  ])(
    "the base URL %s is accepted: without a scheme it is https, and it can be a URL object",
    async (baseUrl, start) => {
      expect((await sent({ apiKey: "a-key", baseUrl: baseUrl as string })).url.startsWith(start)).toBe(true);
    },
  );

  const inCluster = { apiKey: "a-key", baseUrl: "http://polytomic.svc.cluster.local" };

  test("the message about plain http names the option and the variable that allow it", () => {
    expectRefusal(inCluster, /`allowInsecureConnection: true` or POLYTOMIC_ALLOW_INSECURE_CONNECTION=1\.$/);
  });

  test("`allowInsecureConnection: true` allows plain http on any host", async () => {
    const { url } = await sent({ ...inCluster, allowInsecureConnection: true });
    expect(url).toMatch(/^http:\/\/polytomic\.svc\.cluster\.local\/api\//);
    vi.stubEnv("POLYTOMIC_DEPLOYMENT_URL", "http://sandbox:4010");
    expect((await sent({ apiKey: "a-key", allowInsecureConnection: true })).url).toMatch(/^http:\/\/sandbox:4010\//);
    expectRefusal({ ...inCluster, baseUrl: "ftp://sandbox", allowInsecureConnection: true }, "must start with");
  });

  test.each(["1", "true", " TRUE "])(
    "POLYTOMIC_ALLOW_INSECURE_CONNECTION=%s allows plain http, unless the option forbids it",
    async (value) => {
      vi.stubEnv("POLYTOMIC_ALLOW_INSECURE_CONNECTION", value);
      expect((await sent(inCluster)).url).toMatch(/^http:/);
      expectRefusal({ ...inCluster, allowInsecureConnection: false }, "uses plain http");
    },
  );

  test.each(["", "0", "false", "11", "untrue"])(
    "POLYTOMIC_ALLOW_INSECURE_CONNECTION=%s does not allow plain http",
    (value) => {
      vi.stubEnv("POLYTOMIC_ALLOW_INSECURE_CONNECTION", value);
      expectRefusal(inCluster, "uses plain http");
    },
  );
});

describe("other options", () => {
  test("an unknown option is refused by name, with the valid options", () => {
    expectRefusal({ apiKey: "a-key", apikey: "x" }, /`apikey`.*apiKey, partnerKey.*onEvent/);
  });

  test.each([
    ["a name of 20 characters is shown", `key-${"0".repeat(16)}`, true],
    ["a longer name, which can be a misplaced key, is not shown", `key-${"0".repeat(17)}`, false],
    ["a name of 40 letters is shown", "a".repeat(40), true],
    ["a name of 41 letters is not shown", "a".repeat(41), false],
    ["a long name that ends with a digit is not shown", `${"a".repeat(30)}0`, false],
    ["a long name that begins with a digit is not shown", `0${"a".repeat(30)}`, false],
  ])("in the message about an unknown option, %s", (_rule, name, isShown) => {
    expectRefusal({ [name]: 1 }, isShown ? `Unknown option \`${name}\`. Valid` : "Unknown option. Valid");
  });

  test.each(["a-key", null])("options that are not an object, such as %j, are refused", (options) => {
    expectRefusal(options, "options must be an object");
  });

  test.each([
    [{ organizationId: ORGANIZATION }, /`organizationId`.*`apiKey`/],
    [{ version: "latest" }, `\`version\` must be a date such as "${API_VERSION}"`],
    [{ fetch: "fetch" }, "`fetch` must be a function"],
    [{ onEvent: {} }, "`onEvent` must be a function"],
    [{ allowInsecureConnection: "true" }, "`allowInsecureConnection` must be true or false"],
    [{ headers: { "bad h ": "x" } }, 'The header "bad h " has a name'],
    [{ headers: { "bad name": "x" } }, 'The header "bad …" has a name'],
    [{ headers: { "x-number": 5 } }, '"x-nu…"'],
    [{ headers: "x" }, "`headers` must be a plain object of strings"],
    [{ headers: new Headers({ "x-team": "1" }) }, "`headers` must be a plain object of strings"],
  ])("the options %j with an API key are refused", (options, culprit) => {
    expectRefusal({ apiKey: "a-key", ...options }, culprit);
  });

  test.each(["2025-9-18", "2025-09-18 ", " 2025-09-18", "25-09-18", "2025-09-1", "2025/09/18"])(
    "the version %j is refused",
    (version) => expectRefusal({ apiKey: "a-key", version }, "`version` must be a date"),
  );

  test.each([
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "idempotency-key",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
    "x-polytomic-version",
  ])("the header `%s` cannot be set, in any case", (name) => {
    for (const header of [name, name.toUpperCase()]) {
      expectRefusal({ apiKey: "a-key", headers: { [header]: "x" } }, `The header \`${name}\` cannot be set`);
    }
  });

  test.each(["x-accept", "accept-language", "content-language", "x-host", "hostname"])(
    "the header `%s`, whose name only contains a reserved name, can be set",
    (name) => void new Polytomic({ apiKey: "a-key", headers: { [name]: "x" } }),
  );

  test("an organization id that is not a UUID is refused", () => {
    expectRefusal({ partnerKey: "p-key", organizationId: "acme" }, "`organizationId` must be a UUID");
  });

  test("options that are accessors of a class are checked", () => {
    class Options {
      get partnerKey(): string {
        return "p-key";
      }
      get baseUrl(): string {
        return "http://api.internal";
      }
    }
    expectRefusal(new Options(), "`baseUrl` uses plain http");
  });
});

describe("fetch", () => {
  afterEach(() => void vi.unstubAllGlobals());

  test("a call uses the global fetch of that moment, even if it was replaced after the client was created", async () => {
    const polytomic = new Polytomic({ apiKey: "a-key" });
    const replacement = vi.fn(async () => Response.json({ data: null }));
    vi.stubGlobal("fetch", replacement);
    expect(await polytomic.users.list()).toEqual([]);
    expect(replacement).toHaveBeenCalledOnce();
  });

  test("fetch is called with a URL and an init, and without a `this`", async () => {
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

test("properties of Object.prototype are not options", async () => {
  const polluted = {
    baseUrl: "https://attacker.example",
    apiKey: "polluted-key",
    organizationId: ORGANIZATION,
    headers: { "x-polluted": "yes" },
    version: "2024-02-08",
    timeout: 1,
    signal: AbortSignal.abort(),
    idempotencyKey: "polluted-key",
  };
  const requests: [string, { headers: Record<string, string> }][] = [];
  const fetch = async (url: string, init: { headers: Record<string, string> }): Promise<Response> => {
    requests.push([url, init]);
    return new Response('{"data":[]}');
  };
  Object.assign(Object.prototype, polluted);
  try {
    const polytomic = new Polytomic({ partnerKey: "p-key", fetch });
    await polytomic.organization(ORGANIZATION).users.list();
    await polytomic.organization(ORGANIZATION).users.list({});
    expect(() => new Polytomic({})).toThrow("Pass exactly one of");
  } finally {
    for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name);
  }
  expect(requests).toHaveLength(2);
  for (const [url, { headers }] of requests) {
    expect(url).toBe(`https://app.polytomic.com/api/organizations/${ORGANIZATION}/users`);
    expect(headers).toMatchObject({ authorization: "Bearer p-key", "x-polytomic-version": API_VERSION });
    expect(Object.keys(headers)).not.toContain("x-polluted");
  }
});

test("properties of Object.prototype are not sent", async () => {
  const polluted = {
    body: { email: "attacker@example.com" },
    params: { query: { force: true } },
    query: ["injected"],
    exclusive: ["email", "role_ids"],
    allowsUnknownFields: true,
  };
  const fetch = vi.fn(async (_url: string, _init: object) => new Response('{"data":{"value":"x"}}'));
  const polytomic = new Polytomic({ partnerKey: "p-key", fetch });
  const { users } = polytomic.organization(ORGANIZATION);
  const path = "/api/organizations/{org_id}/users/{id}";
  Object.assign(Object.prototype, polluted);
  try {
    await users.get(USER);
    await users.createApiKey(USER);
    await users.create({ email: "ada@acmecorp.com", role_ids: [] });
    await polytomic.request("delete", path, { params: { path: { org_id: ORGANIZATION, id: USER } } });
    expect((await users.create({ emial: "x" } as never).result()).error?.message).toContain("`emial`");
  } finally {
    for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name);
  }
  const user = `https://app.polytomic.com/api/organizations/${ORGANIZATION}/users/${USER}`;
  expect(fetch.mock.calls.map(([url]) => url)).toEqual([user, `${user}/keys`, user.replace(`/${USER}`, ""), user]);
  const bodies = fetch.mock.calls.map(([, init]) => (Object.hasOwn(init, "body") ? init["body" as never] : undefined));
  expect(bodies).toEqual([undefined, undefined, '{"email":"ada@acmecorp.com","role_ids":[]}', undefined]);
});

test("options that an object inherits from its class are read", async () => {
  class Options {
    readonly fetch = vi.fn(
      async (_url: string, _init: { headers: Record<string, string> }) => new Response('{"data":[]}'),
    );
    get apiKey(): string {
      return "from-class";
    }
  }
  const options = new Options();
  await new Polytomic(options).users.list();
  expect(options.fetch.mock.calls[0]![1].headers).toMatchObject({ authorization: "Bearer from-class" });
});
