import { execFile } from "node:child_process";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { serveProxiedApi, type ProxiedApi } from "./proxied.ts";
import { ENV, ROOT } from "./tables.ts";

const PROGRAM = `
import { Polytomic } from "polytomic-users";
const polytomic = new Polytomic({ apiKey: "sandbox-api-key", maxRetries: 0 });
const { ok, data, error } = await polytomic.users.list().result();
console.log(ok ? data.length + " users" : error.name + " " + error.code);
`;

let api: ProxiedApi;
let tunnelsBefore = 0;
beforeAll(async () => void (api = await serveProxiedApi()));
beforeEach(() => void (tunnelsBefore = api.tunnels.length));
afterAll(() => api.close());

/** Runs a program that lists users, and returns what it printed and the targets of the tunnels that it opened. */
async function list(env: Record<string, string>): Promise<{ printed: string; tunnels: readonly string[] }> {
  const printed = await new Promise<string>((resolve) => {
    const args = ["--input-type=module", "--eval", PROGRAM];
    const options = { cwd: ROOT, env: { ...ENV, POLYTOMIC_DEPLOYMENT_URL: api.url, ...env } };
    execFile(process.execPath, args, options, (_error, out, err) => resolve((out + err).trim()));
  });
  return { printed, tunnels: api.tunnels.slice(tunnelsBefore) };
}

test("with NODE_USE_ENV_PROXY=1 and HTTPS_PROXY, the client on Node 24 sends its requests through the proxy", async () => {
  const env = { NODE_EXTRA_CA_CERTS: api.certificate, NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: api.proxyUrl };
  expect(process.version).toMatch(/^v24\./);
  expect(await list(env)).toEqual({ printed: "2 users", tunnels: [new URL(api.url).host] });
});

test("hosts in NO_PROXY are called without the proxy", async () => {
  const env = { NODE_EXTRA_CA_CERTS: api.certificate, NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: api.proxyUrl, NO_PROXY: "localhost" }; // prettier-ignore
  expect(await list(env)).toEqual({ printed: "2 users", tunnels: [] });
});

test("without NODE_USE_ENV_PROXY, Node ignores HTTPS_PROXY", async () => {
  const env = { NODE_EXTRA_CA_CERTS: api.certificate, HTTPS_PROXY: api.proxyUrl };
  expect(await list(env)).toEqual({ printed: "2 users", tunnels: [] });
});

test("without NODE_EXTRA_CA_CERTS, a private certificate ends the call with a ConnectionError that has its code", async () => {
  expect(await list({})).toEqual({ printed: "ConnectionError DEPTH_ZERO_SELF_SIGNED_CERT", tunnels: [] });
});
