import { Polytomic } from "polytomic-users";

/** Prints how many users the API at a URL has. */
const [baseUrl] = globalThis.Deno ? Deno.args : process.argv.slice(2);
const polytomic = new Polytomic({ apiKey: "sandbox-api-key", baseUrl, maxRetries: 0 });
console.log((await polytomic.users.list()).length);
