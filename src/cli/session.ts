import { ConfigurationError, Polytomic, type Identity } from "../index.ts";
import { UsageError } from "./usage.ts";
import { inWordsOfTheCommand } from "./wording.ts";

/** A client with the key of the environment, and who the key belongs to. */
export interface Session {
  readonly polytomic: Polytomic;
  /** The environment variable with the key. */
  readonly variable: Variable;
  readonly identity: Identity;
  /** Whether the key can manage several organizations: a partner or deployment key. */
  readonly isPartner: boolean;
  readonly host: string;
  readonly apiVersion: string | undefined;
}

const VARIABLES = ["POLYTOMIC_API_KEY", "POLYTOMIC_PARTNER_KEY", "POLYTOMIC_DEPLOYMENT_KEY"] as const;
export type Variable = (typeof VARIABLES)[number];

/** Reads the key from the environment, and asks the API who it belongs to. */
export async function connect(signal?: AbortSignal): Promise<Session> {
  const variable = findVariable();
  const polytomic = createClient();
  const { data: identity, response, apiVersion } = await polytomic.identity.get({ signal }).withResponse();
  const isPartner = variable !== "POLYTOMIC_API_KEY";
  return { polytomic, variable, identity, isPartner, host: new URL(response.url).host, apiVersion };
}

function findVariable(): Variable {
  const found = VARIABLES.filter((name) => process.env[name]);
  const [variable, ...others] = found;
  if (variable === undefined) {
    throw new UsageError(
      "No key. Set POLYTOMIC_API_KEY, POLYTOMIC_PARTNER_KEY or POLYTOMIC_DEPLOYMENT_KEY in the environment. " +
        "POLYTOMIC_DEPLOYMENT_URL is the URL of a self-hosted deployment.",
    );
  }
  if (others.length > 0) throw new UsageError(`Set only one of ${found.join(" and ")}.`);
  if (variable === "POLYTOMIC_DEPLOYMENT_KEY" && !process.env["POLYTOMIC_DEPLOYMENT_URL"]?.trim()) {
    throw new UsageError(`${variable} requires POLYTOMIC_DEPLOYMENT_URL in the environment.`);
  }
  return variable;
}

/** More retries than the default, because nobody watches a nightly run. */
const MAX_RETRIES = 5;

function createClient(): Polytomic {
  try {
    return new Polytomic({ maxRetries: MAX_RETRIES });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new UsageError(inWordsOfTheCommand(error.message), { cause: error });
  }
}

/** Describes the kind of key, as the API reports it. */
export function describeKind({ is_partner, is_system, is_user, is_organization }: Identity): string | undefined {
  if (is_partner) return "partner key";
  if (is_system) return "deployment key";
  if (is_user) return "API key of a user";
  return is_organization ? "API key of an organization" : undefined;
}

/** What to do if the variable is of another kind than the key; `undefined` if the kinds match. */
export function findMismatch({ variable, isPartner, identity }: Session): string | undefined {
  const { is_partner, is_system, is_user, is_organization } = identity;
  const managesOrganizations = is_partner === true || is_system === true;
  if (!isPartner && managesOrganizations) {
    const better = is_partner ? "POLYTOMIC_PARTNER_KEY" : "POLYTOMIC_DEPLOYMENT_KEY";
    return `${variable} contains a ${describeKind(identity)}. Set ${better} instead.`;
  }
  if (isPartner && !managesOrganizations && (is_user === true || is_organization === true)) {
    return `${variable} contains an API key. Set POLYTOMIC_API_KEY instead.`;
  }
  return undefined;
}
