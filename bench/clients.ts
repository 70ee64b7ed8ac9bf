/** The clients that are compared. Each makes the same call: list the users of an organization. */
import { createRequire } from "node:module";
import ky from "ky";
import createClient from "openapi-fetch";
import { PolytomicClient } from "polytomic";
import { ORGANIZATION, users as usersOf } from "./users.ts";
import { API_VERSION, Polytomic } from "../dist/index.js";
import type { paths } from "../generated/schema.ts";

export const KEY = "a-partner-key";

type Fetch = typeof globalThis.fetch;
type Init = () => { signal?: AbortSignal };
type List = () => Promise<unknown>;

/** Creates a client and returns its list call. `fetch` replaces the global one. */
type Client = (baseUrl: string, fetch?: Fetch) => List;

const HEADERS = { authorization: `Bearer ${KEY}`, "x-polytomic-version": API_VERSION };
const TIMEOUT = 60_000;

/** Sets a timeout. Only raw fetch and openapi-fetch need this; the other clients have a timeout by default. */
export const timed = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(TIMEOUT) });

const rawFetch =
  (init: Init): Client =>
  (baseUrl, fetch = globalThis.fetch) =>
  async () => {
    const response = await fetch(`${baseUrl}/api/organizations/${ORGANIZATION}/users`, { headers: HEADERS, ...init() });
    if (!response.ok) throw new Error(String(response.status));
    return ((await response.json()) as { data: unknown }).data;
  };

const openapiFetch =
  (init: Init): Client =>
  (baseUrl, fetch = globalThis.fetch) => {
    const client = createClient<paths>({ baseUrl, fetch: (request) => fetch(request), headers: HEADERS });
    const params = { path: { org_id: ORGANIZATION } };
    return async () => {
      const { data } = await client.GET("/api/organizations/{org_id}/users", { params, ...init() });
      if (!data) throw new Error("no data");
      return data.data;
    };
  };

/** On Node, Polytomic's client uses node-fetch instead of the global fetch. */
const vendor: Client = (baseUrl, fetch) => {
  const nodeFetch = createRequire(import.meta.url)("node-fetch") as { default: unknown };
  nodeFetch.default = fetch ?? nodeFetch;
  const client = new PolytomicClient({ environment: baseUrl, token: KEY, version: API_VERSION });
  return async () => (await client.users.list(ORGANIZATION)).data;
};

const kyClient: Client = (baseUrl, fetch) => {
  const client = ky.create({ prefix: baseUrl, headers: HEADERS, timeout: TIMEOUT, ...(fetch && { fetch }) });
  return async () => (await client.get(`api/organizations/${ORGANIZATION}/users`).json<{ data: unknown }>()).data;
};

const ours: Client = (baseUrl, fetch) => {
  const { users } = new Polytomic({ partnerKey: KEY, baseUrl, fetch }).organization(ORGANIZATION);
  return () => users.list();
};

/** @param init Returns the options that raw fetch and openapi-fetch get with each request: none, or a timeout. */
export function clients(init: Init): Record<string, Client> {
  return {
    "raw fetch": rawFetch(init),
    "openapi-fetch": openapiFetch(init),
    "polytomic-users": ours,
    ky: kyClient,
    polytomic: vendor,
  };
}

/** Returns a `fetch` that responds from memory. */
export function fromMemory(): Fetch {
  const body = JSON.stringify({ data: usersOf(2) });
  const headers = { "content-type": "application/json", "x-polytomic-version": API_VERSION };
  return async () => new Response(body, { headers });
}
