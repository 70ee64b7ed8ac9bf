import { createRequire } from "node:module";
import createClient from "openapi-fetch";
import { Polytomic } from "polytomic-users";
import type { Sandbox } from "polytomic-users/testing";
import type { paths } from "../../generated/schema.ts";

/** The calls that the comparison needs, for one of the clients. */
export interface Client {
  /** The name of the npm package. */
  readonly name: string;
  /** The client itself. */
  readonly client: object;
  readonly list: (options?: ListOptions) => Promise<unknown>;
  readonly create: (email: string) => Promise<unknown>;
  readonly get: (id: string) => Promise<unknown>;
  readonly delete: (id: string) => Promise<unknown>;
  /** Lists the users of the caller's own organization, if the client can do that. */
  readonly listOwn?: () => Promise<unknown>;
}

interface ListOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly maxRetries?: number;
}

/** Creates a client for a sandbox that is served at `baseUrl`. */
export type MakeClient = (sandbox: Sandbox, baseUrl: string) => Client;

export const ours: MakeClient = ({ partnerKey, organizationId }, baseUrl) => {
  const client = new Polytomic({ partnerKey, organizationId, baseUrl });
  const { users } = client.organization(organizationId);
  return {
    name: "polytomic-users",
    client,
    list: (options) => users.list(options),
    create: (email) => users.create({ email }),
    get: (id) => users.get(id),
    delete: (id) => users.delete(id),
    listOwn: () => client.users.list(),
  };
};

export const bare: MakeClient = ({ partnerKey, organizationId: org_id }, baseUrl) => {
  const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${partnerKey}` } });
  const [all, one] = ["/api/organizations/{org_id}/users", "/api/organizations/{org_id}/users/{id}"] as const;
  return {
    name: "openapi-fetch",
    client,
    list: ({ signal } = {}) => client.GET(all, { params: { path: { org_id } }, ...(signal && { signal }) }),
    create: (email) => client.POST(all, { params: { path: { org_id } }, body: { email } }),
    get: (id) => client.GET(one, { params: { path: { org_id, id } } }),
    delete: (id) => client.DELETE(one, { params: { path: { org_id, id } } }),
    listOwn: () => client.GET("/api/organization/users"),
  };
};

/** The part of Polytomic's client that is compared. Its own types exist only after `npm run test:outside`. */
interface Vendor {
  PolytomicClient: new (options: { token: string; environment: string }) => {
    users: Record<"list" | "create" | "get" | "remove", (...args: unknown[]) => Promise<unknown>>;
    organization: Record<string, unknown>;
  };
}

export const vendors: MakeClient = ({ partnerKey, organizationId }, baseUrl) => {
  const { PolytomicClient } = createRequire(new URL("../outside/", import.meta.url))("polytomic") as Vendor;
  const client = new PolytomicClient({ token: partnerKey, environment: baseUrl });
  const { users } = client;
  return {
    name: "polytomic",
    client,
    list: ({ signal, timeout, maxRetries } = {}) =>
      users.list(organizationId, {
        ...(signal && { abortSignal: signal }),
        ...(timeout !== undefined && { timeoutInSeconds: timeout / 1000 }),
        ...(maxRetries !== undefined && { maxRetries }),
      }),
    create: (email) => users.create(organizationId, { email }),
    get: (id) => users.get(id, organizationId),
    delete: (id) => users.remove(id, organizationId),
  };
};
