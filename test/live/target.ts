import { configure } from "../../src/config.ts";
import type { PolytomicOptions } from "../../src/index.ts";
import { createSandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";
import { isUuid } from "../../src/formats.ts";
import { request, usersIn, type Target } from "./request.ts";

/** The API that the environment has keys for, or `undefined` if it has none. The messages of errors contain no values. */
export function readTarget(environment: NodeJS.ProcessEnv): Target | undefined {
  const read = (name: string): string | undefined => environment[`POLYTOMIC_${name}`]?.trim() || undefined;
  const apiKey = read("API_KEY");
  const partnerKey = read("PARTNER_KEY");
  const deploymentKey = read("DEPLOYMENT_KEY");
  const organizationId = read("ORGANIZATION_ID");
  if (partnerKey !== undefined && deploymentKey !== undefined) {
    throw new UsageError("Set either POLYTOMIC_PARTNER_KEY or POLYTOMIC_DEPLOYMENT_KEY, not both.");
  }
  const options: PolytomicOptions[] = [];
  if (apiKey !== undefined) options.push({ apiKey });
  if (partnerKey !== undefined) options.push({ partnerKey, organizationId });
  if (deploymentKey !== undefined) options.push({ deploymentKey, organizationId });
  const [{ baseUrl } = {}] = options.map(configure); // checks the keys, the id and POLYTOMIC_DEPLOYMENT_URL
  if (baseUrl === undefined) return undefined;
  if (apiKey === undefined && organizationId === undefined) {
    throw new UsageError("Set POLYTOMIC_ORGANIZATION_ID as well: the id of an organization that the key may access.");
  }
  return { baseUrl, apiKey, partnerKey: partnerKey ?? deploymentKey, organizationId };
}

/** A mistake in the environment or the arguments. The message says what to do, and shows no value. */
export class UsageError extends Error {}

/** Serves a sandbox until the process ends. */
export async function serveSandbox(): Promise<Target> {
  const sandbox = createSandbox();
  const { apiKey, partnerKey, organizationId } = sandbox;
  return { baseUrl: (await listen(sandbox)).url, apiKey, partnerKey, organizationId };
}

/** Lists the users, to find the organization of the API key. If no list gets a complete response, it says why. */
export async function survey(target: Target): Promise<Target | string> {
  const list = await request(target, { operation: "listCurrentOrgUsers" });
  const ownOrganizationId =
    usersIn(list)
      .map((user) => user.organization_id)
      .find(isUuid) ?? target.organizationId;
  const surveyed = target.apiKey === undefined ? target : { ...target, ownOrganizationId };
  const isSilent = list.status === 0 && (await request(surveyed, { operation: "listPartnerUsers" })).status === 0;
  return isSilent ? list.summary : surveyed;
}
