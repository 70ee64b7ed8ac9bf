import { SERVER_URL } from "../../../generated/contract.ts";
import { isLoopback, isUuid } from "../../../src/formats.ts";
import { createSandbox } from "../../../src/testing/index.ts";
import { listen } from "../../../src/testing/node.ts";

/** The API that a run verifies, and the keys that it has for it. */
export interface Target {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** What people call it. It does not contain the host of a deployment. */
  readonly name: string;
  readonly isSandbox: boolean;
  readonly apiKey: string | undefined;
  /** A partner or deployment key. */
  readonly partnerKey: string | undefined;
  /** The organization for partner calls and scoped keys. */
  readonly organizationId: string | undefined;
  close(): Promise<void>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A mistake in the environment or the arguments. The message says what to do, and shows no value. */
export class UsageError extends Error {}

/** Chooses the API of the environment if it has a key, and a sandbox otherwise. */
export async function chooseTarget(environment: Environment): Promise<Target> {
  const apiKey = readKey(environment, "POLYTOMIC_API_KEY");
  const partnerKey = readKey(environment, "POLYTOMIC_PARTNER_KEY");
  const deploymentKey = readKey(environment, "POLYTOMIC_DEPLOYMENT_KEY");
  const url = environment["POLYTOMIC_DEPLOYMENT_URL"]?.trim() || undefined;
  if (apiKey === undefined && partnerKey === undefined && deploymentKey === undefined) return serveSandbox();
  if (partnerKey !== undefined && deploymentKey !== undefined) {
    throw new UsageError("Set either POLYTOMIC_PARTNER_KEY or POLYTOMIC_DEPLOYMENT_KEY, not both.");
  }
  if (deploymentKey !== undefined && url === undefined) {
    throw new UsageError("POLYTOMIC_DEPLOYMENT_KEY requires POLYTOMIC_DEPLOYMENT_URL, the URL of the deployment.");
  }
  const organizationId = readOrganizationId(environment);
  if (apiKey === undefined && organizationId === undefined) {
    throw new UsageError("Set POLYTOMIC_ORGANIZATION_ID as well: the id of an organization that the key may access.");
  }
  return {
    baseUrl: url === undefined ? SERVER_URL : readUrl(url),
    name: url === undefined ? SERVER_URL : "the API at POLYTOMIC_DEPLOYMENT_URL",
    isSandbox: false,
    apiKey,
    partnerKey: partnerKey ?? deploymentKey,
    organizationId,
    close: () => Promise.resolve(),
  };
}

async function serveSandbox(): Promise<Target> {
  const sandbox = createSandbox();
  const { apiKey, partnerKey, organizationId } = sandbox;
  const served = await listen(sandbox);
  const name = "the sandbox, because no key is set in the environment";
  return {
    baseUrl: served.url,
    name,
    isSandbox: true,
    apiKey,
    partnerKey,
    organizationId,
    close: () => served.close(),
  };
}

function readKey(environment: Environment, name: string): string | undefined {
  const key = environment[name]?.trim() || undefined;
  if (key === undefined || /^[\x20-\x7e]+$/.test(key)) return key;
  throw new UsageError(`${name} contains a character that an HTTP header cannot carry, such as a line break.`);
}

function readOrganizationId(environment: Environment): string | undefined {
  const id = environment["POLYTOMIC_ORGANIZATION_ID"]?.trim() || undefined;
  if (id === undefined || isUuid(id)) return id;
  throw new UsageError("POLYTOMIC_ORGANIZATION_ID must be a UUID.");
}

function readUrl(text: string): string {
  const absolute = text.includes("://") ? text : `https://${text}`;
  const url = URL.canParse(absolute) ? new URL(absolute) : new URL("invalid:");
  const { href, origin, pathname, protocol, hostname } = url;
  const isSafe = protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
  if (isSafe && href === origin + pathname) return href.replace(/\/+$/, "");
  throw new UsageError(
    "POLYTOMIC_DEPLOYMENT_URL must be an https URL (or http on a loopback host) without user name, password, query " +
      "and fragment.",
  );
}
