/** What a user could pick: the same list call, made with each. */
import { createRequire } from "node:module";
import ky from "ky";
import createClient from "openapi-fetch";
import { PolytomicClient } from "polytomic";
import { ORGANIZATION } from "./users.ts";
import { API_VERSION, Polytomic } from "../dist/index.js";
import type { paths } from "../generated/schema.ts";

export const KEY = "a-partner-key";

type Fetch = typeof globalThis.fetch;
type Init = () => { signal?: AbortSignal };
type List = () => Promise<unknown>;

/** Base URL, and a fetch in place of the global one → a call that lists the users of an organization. */
type Client = (baseUrl: string, fetch?: Fetch) => List;

const HEADERS = { authorization: `Bearer ${KEY}`, "x-polytomic-version": API_VERSION };
const TIMEOUT = 60_000;

/** Sets the timeout that every client but raw fetch and openapi-fetch has of itself. */
export const timed = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(TIMEOUT) });

const rawFetch =
  (init: Init): Client =>
  (baseUrl, fetch = globalThis.fetch) =>
  async () => {
    const response = await fetch(`${baseUrl}/api/organizations/${ORGANIZATION}/users`, { headers: HEADERS, ...init() });
    if (!response.ok) throw new Error(String(response.status));
    return (JSON.parse(await response.text()) as { data: unknown }).data;
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

/** It uses node-fetch where it runs on Node. */
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

/** @param init What raw fetch and openapi-fetch are given with each request: nothing, or a timeout. */
export function clients(init: Init): Record<string, Client> {
  return {
    "raw fetch": rawFetch(init),
    "openapi-fetch": openapiFetch(init),
    "polytomic-users": ours,
    ky: kyClient,
    polytomic: vendor,
  };
}
