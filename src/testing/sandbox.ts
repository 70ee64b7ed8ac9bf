import { createApp } from "./app.ts";
import { State } from "./state.ts";

/** A Polytomic Users API in memory. */
export interface Sandbox {
  /** Answers as the API does. Give it to a client as its `fetch`. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** The id of the organization that is there from the start. */
  readonly organizationId: string;
  /** A key that reaches every organization. */
  readonly partnerKey: string;
  /** A key that reaches the organization that is there from the start. */
  readonly apiKey: string;
  /** A key that works as the partner key does. */
  readonly deploymentKey: string;
}

/**
 * Makes a Polytomic Users API in memory: same routes, keys, statuses and version header. It starts with one
 * organization, two users and one key of each kind.
 *
 * @returns A sandbox of its own; two of them share nothing.
 * @example
 * const sandbox = createSandbox();
 * const polytomic = new Polytomic({ partnerKey: sandbox.partnerKey, fetch: sandbox.fetch });
 * const users = await polytomic.organization(sandbox.organizationId).users.list();
 */
export function createSandbox(): Sandbox {
  const state = new State();
  const seeded = seed(state);
  const app = createApp(state);
  return {
    ...seeded,
    // A Request that comes from a server is no more than a look-alike, which the constructor does not take.
    fetch: async (input, init) => app.fetch(input instanceof Request && !init ? input : new Request(input, init)),
  };
}

/** The organization and the two users of the vendor's example, and a key of each kind. */
function seed(state: State): Omit<Sandbox, "fetch"> {
  const organization = state.addOrganization("248df4b7-aa70-47b8-a036-33ac447e668d");
  state.addUser(organization, "jane.doe@acmecorp.com", { role: "admin" }, "a3f1c2d4-5b6e-7f89-0123-456789abcdef");
  state.addUser(organization, "john.smith@acmecorp.com", { role: "user" }, "b4e2d3c5-6f7a-8901-2345-6789abcdef01");
  const keys = {
    partnerKey: "sandbox-partner-key",
    apiKey: "sandbox-api-key",
    deploymentKey: "sandbox-deployment-key",
  };
  state.keys.set(keys.partnerKey, { kind: "partnerKey" });
  state.keys.set(keys.apiKey, { kind: "apiKey", organizationId: organization.id });
  state.keys.set(keys.deploymentKey, { kind: "deploymentKey" });
  return { organizationId: organization.id, ...keys };
}
