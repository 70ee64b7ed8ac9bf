/** The clients that make random calls, and what each of them has access to. */
import { Polytomic, type Result } from "../../../src/index.ts";
import type { Sandbox } from "../../../src/testing/index.ts";

export const CLIENTS = ["partner", "deployment", "apiKey", "otherApiKey", "scoped", "minted", "unknown"] as const;

/** The sandbox and the ids of its organizations. */
export interface Real {
  readonly sandbox: Sandbox;
  /** In the order of their creation. The calls to users are for the first two. */
  readonly organizations: string[];
}

/** Who makes a call, and to which organization. */
export interface Caller {
  readonly client: (typeof CLIENTS)[number];
  readonly family: "current" | "partner";
  readonly organization: number;
  /** Which of the minted keys the client `minted` uses. */
  readonly key: number;
}

/** The model of the keys that were minted for users. */
export class MintedKeys {
  /** By key: the organization and the user that the key was minted for. */
  readonly valid: Map<string, { organization: string; user: string }> = new Map();
  /** Every key that ever existed, so that clients can use revoked ones. */
  readonly all: string[] = [];

  add(organization: string, user: string, key: string): void {
    this.valid.set(key, { organization, user });
    this.all.push(key);
  }

  revoke(organization: string, user: string): void {
    for (const key of this.of(organization, user)) this.valid.delete(key);
  }

  of(organization: string, user: string): string[] {
    return [...this.valid]
      .filter(([, owner]) => owner.organization === organization && owner.user === user)
      .map(([key]) => key);
  }
}

/** A client and an organization, with the status of every call if the client has no access to it. */
export interface Access {
  readonly organization: string;
  /** The methods of the current organization; `undefined` for the partner family. */
  readonly current: Polytomic | undefined;
  readonly partner: ReturnType<Polytomic["organization"]>;
  readonly polytomic: Polytomic;
  /** Whether the key is a partner or deployment key. */
  readonly isPartner: boolean;
  /** The organization of the key itself, if it is a known API key. */
  readonly owner: string | undefined;
  /** All organizations. A call that creates one adds it. */
  readonly organizations: string[];
  /** `undefined` if the client has access, and 0 if the SDK sends nothing. */
  readonly deniedStatus: number | undefined;
}

export function accessOf(keys: MintedKeys, real: Real, caller: Caller): Access {
  const client = makeClient(keys, real, caller);
  const wanted = caller.family === "current" ? client.mine : real.organizations[caller.organization]!;
  const organization = wanted ?? real.organizations[0]!;
  return {
    organization,
    current: caller.family === "current" ? client.polytomic : undefined,
    partner: client.polytomic.organization(organization),
    polytomic: client.polytomic,
    isPartner: client.reachesAll,
    owner: client.reachesAll ? undefined : client.mine,
    organizations: real.organizations,
    deniedStatus: statusIfDenied(client, caller.family, wanted),
  };
}

interface Client {
  readonly polytomic: Polytomic;
  /** The organization of the client's current-organization calls. */
  readonly mine: string | undefined;
  readonly reachesAll: boolean;
  /** Whether the key is valid. */
  readonly isKnown: boolean;
}

function makeClient(keys: MintedKeys, { sandbox, organizations }: Real, { client, key: index }: Caller): Client {
  const { fetch, partnerKey, deploymentKey, apiKey } = sandbox;
  const [first, second] = organizations;
  const baseUrl = "https://app.polytomic.com";
  const known = { isKnown: true, reachesAll: false };
  switch (client) {
    case "partner":
      return { ...known, polytomic: new Polytomic({ partnerKey, fetch }), mine: undefined, reachesAll: true };
    case "deployment": {
      const polytomic = new Polytomic({ deploymentKey, baseUrl, organizationId: second!, fetch });
      return { ...known, polytomic, mine: second, reachesAll: true };
    }
    case "scoped": {
      const polytomic = new Polytomic({ partnerKey, organizationId: first!, fetch });
      return { ...known, polytomic, mine: first, reachesAll: true };
    }
    case "apiKey":
      return { ...known, polytomic: new Polytomic({ apiKey, fetch }), mine: first };
    case "otherApiKey":
      return { ...known, polytomic: new Polytomic({ apiKey: "sandbox-api-key-2", fetch }), mine: second };
    case "minted": {
      const key = keys.all.length === 0 ? "no-key-was-minted" : keys.all[index % keys.all.length]!;
      const minted = keys.valid.get(key);
      const polytomic = new Polytomic({ apiKey: key, fetch });
      return { polytomic, mine: minted?.organization, reachesAll: false, isKnown: minted !== undefined };
    }
    default:
      return {
        polytomic: new Polytomic({ apiKey: "an-unknown-key", fetch }),
        mine: undefined,
        reachesAll: false,
        isKnown: false,
      };
  }
}

function statusIfDenied(
  { isKnown, reachesAll, mine }: Client,
  family: string,
  organization: string | undefined,
): number | undefined {
  if (!isKnown) return 401;
  if (family === "current") return mine === undefined ? 0 : undefined;
  return reachesAll || organization === mine ? undefined : 403;
}

/** 200, the status of the error, or 0 if nothing was sent. */
export function statusOf(result: Result<unknown, { name: string }>): number {
  if (result.ok) return 200;
  return "status" in result.error ? (result.error.status as number) : 0;
}
