/**
 * Replaces the real API with a sandbox for the programs of the documentation, and sets the environment variables that
 * they read. Requests to this machine pass; requests to any other host fail. It is loaded before each program.
 */
import { createSandbox } from "polytomic-users/testing";

export const sandbox = createSandbox();
const real = globalThis.fetch;

globalThis.fetch = (input, init) => {
  const { hostname } = new URL(input instanceof Request ? input.url : input);
  if (hostname === "app.polytomic.com") return sandbox.fetch(input, init);
  if (hostname === "127.0.0.1") return real(input, init);
  return Promise.reject(new TypeError(`The documentation must not call ${hostname}.`));
};
process.env["MY_PARTNER_KEY"] = sandbox.partnerKey;
process.env["MY_API_KEY"] = sandbox.apiKey;
