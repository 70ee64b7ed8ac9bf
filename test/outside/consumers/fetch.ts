// Implementations of fetch as options of a client, without a cast. Compiled against the built package.
import nodeFetch from "node-fetch";
import { fetch as undici6 } from "undici-6";
import { fetch as undici7 } from "undici-7";
import { fetch as undici8 } from "undici-8";
import { Polytomic } from "../../../dist/index.js";

export const implementations: Record<string, (apiKey: string, baseUrl: string) => Polytomic> = {
  "undici 6": (apiKey, baseUrl) => new Polytomic({ apiKey, baseUrl, fetch: undici6 }),
  "undici 7": (apiKey, baseUrl) => new Polytomic({ apiKey, baseUrl, fetch: undici7 }),
  "undici 8": (apiKey, baseUrl) => new Polytomic({ apiKey, baseUrl, fetch: undici8 }),
  "node-fetch 3": (apiKey, baseUrl) => new Polytomic({ apiKey, baseUrl, fetch: nodeFetch }),
  "the global fetch": (apiKey, baseUrl) => new Polytomic({ apiKey, baseUrl, fetch }),
};
