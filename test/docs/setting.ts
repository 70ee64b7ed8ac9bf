/**
 * Defines the names that the examples of docstrings and the calls of tables use without a declaration. The code blocks of
 * pages have to declare their names.
 */
import { Polytomic, type Organization, type User } from "polytomic-users";
import type { Sandbox } from "polytomic-users/testing";
import { sandbox } from "./api.ts";

declare global {
  var sandbox: Sandbox;
  var polytomic: Polytomic;
  var acme: Organization;
  var jane: User;
  var id: string;
  var roleId: string;
  var partnerKey: string;
  var orgId: string;
  var email: string;
  var signal: AbortSignal;
  var error: unknown;
}

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
  orgId: sandbox.organizationId,
  email: "ada@acmecorp.com",
  signal: new AbortController().signal,
  error: new Error("an error"),
});
