import { configure } from "../../src/config.ts";
import { ConfigurationError } from "../../src/errors.ts";
import { createSandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";
import { isUuid } from "../../src/formats.ts";
import { request, usersIn, type Target } from "./request.ts";

/** Reads the environment: the API that it has keys for, or `undefined` if it has none. The messages of errors contain no values. */
export function readTarget(): Target | undefined {
  const read = (name: string): string | undefined => process.env[`POLYTOMIC_${name}`]?.trim() || undefined;
  const apiKey = read("API_KEY");
  const partnerKey = read("PARTNER_KEY");
  const deploymentKey = read("DEPLOYMENT_KEY");
  const organizationId = read("ORGANIZATION_ID");
  if (partnerKey !== undefined && deploymentKey !== undefined) {
    throw new ConfigurationError("Set either POLYTOMIC_PARTNER_KEY or POLYTOMIC_DEPLOYMENT_KEY, not both.");
  }
  // Each checks the key, the id and POLYTOMIC_DEPLOYMENT_URL.
  const configs = [
    ...(apiKey === undefined ? [] : [configure({ apiKey })]),
    ...(partnerKey === undefined ? [] : [configure({ partnerKey, organizationId })]),
    ...(deploymentKey === undefined ? [] : [configure({ deploymentKey, organizationId })]),
  ];
  if (configs.length === 0) return undefined;
  if (apiKey === undefined && organizationId === undefined) {
    throw new ConfigurationError("Set POLYTOMIC_ORGANIZATION_ID to an organization that the key may access.");
  }
  return { baseUrl: configs[0]!.baseUrl, apiKey, partnerKey: partnerKey ?? deploymentKey, organizationId };
}

/** Finds the organization of an API key in the list of its users, unless the environment names one. */
export async function findOrganization(target: Target): Promise<Target> {
  if (target.organizationId !== undefined) return target;
  const users = usersIn(await request(target, { operation: "listCurrentOrgUsers" }));
  return { ...target, organizationId: users.map((user) => user.organization_id).find(isUuid) };
}

/** Serves a sandbox until the process ends. */
export async function serveSandbox(): Promise<Target> {
  const sandbox = createSandbox();
  const { apiKey, partnerKey, organizationId } = sandbox;
  return { baseUrl: (await listen(sandbox)).url, apiKey, partnerKey, organizationId };
}
