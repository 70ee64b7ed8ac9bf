/**
 * What the code blocks of the pages take for granted: names that an earlier block made, and a sandbox in the place of
 * the API. It is loaded before each of them, in a project of its own, which has the package as users have it.
 */
import { Polytomic, type Organization, type User } from "polytomic-users";
import { createSandbox, type Sandbox } from "polytomic-users/testing";

declare global {
  var sandbox: Sandbox;
  var polytomic: Polytomic;
  var acme: Organization;
  var jane: User;
  var id: string;
  var roleId: string;
  var partnerKey: string;
  var apiKey: string;
  var orgId: string;
  var email: string;
  var signal: AbortSignal;
  var error: unknown;
  var clock: number;
}

const sandbox = createSandbox();
const real = globalThis.fetch;

/** The API is the sandbox; this machine is itself; there is nothing else. */
globalThis.fetch = (input, init) => {
  const { hostname } = new URL(input instanceof Request ? input.url : input);
  if (["app.polytomic.com", "polytomic.example.com"].includes(hostname)) return sandbox.fetch(input, init);
  if (hostname === "127.0.0.1") return real(input, init);
  return Promise.reject(new TypeError(`The documentation asks ${hostname}.`));
};

const polytomic = new Polytomic({ partnerKey: sandbox.partnerKey, organizationId: sandbox.organizationId });
const [jane] = sandbox.snapshot().organizations[0]!.users;

Object.assign(globalThis, {
  sandbox,
  polytomic,
  acme: polytomic.organization(sandbox.organizationId),
  jane,
  id: jane!.id,
  roleId: "d9f8e7c6-b5a4-3210-9fed-cba987654321",
  partnerKey: sandbox.partnerKey,
  apiKey: sandbox.apiKey,
  orgId: sandbox.organizationId,
  email: "ada@acmecorp.com",
  signal: new AbortController().signal,
  error: new Error("an error"),
  clock: 0,
});
process.env["MY_PARTNER_KEY"] = sandbox.partnerKey;
process.env["MY_API_KEY"] = sandbox.apiKey;
