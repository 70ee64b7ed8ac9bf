/**
 * The API that the code blocks of the pages reach: a sandbox in the place of app.polytomic.com, for those that talk to
 * the real API, with its keys in the environment. This machine is itself; there is nothing else. It is loaded before
 * each block, in a project of its own, which has the package as users have it.
 */
import { createSandbox } from "polytomic-users/testing";

export const sandbox = createSandbox();
const real = globalThis.fetch;

globalThis.fetch = (input, init) => {
  const { hostname } = new URL(input instanceof Request ? input.url : input);
  if (hostname === "app.polytomic.com") return sandbox.fetch(input, init);
  if (hostname === "127.0.0.1") return real(input, init);
  return Promise.reject(new TypeError(`The documentation asks ${hostname}.`));
};
process.env["MY_PARTNER_KEY"] = sandbox.partnerKey;
process.env["MY_API_KEY"] = sandbox.apiKey;
