// Both copies of the package in one process: an ES module that requires the CommonJS one as well.
import { createRequire } from "node:module";
import * as esm from "polytomic-users";
import { createSandbox } from "polytomic-users/testing";
import { listen } from "polytomic-users/testing/node";

const commonjs = createRequire(import.meta.url)("polytomic-users");
const sandbox = createSandbox();
const served = await listen(sandbox);

/** The error that a copy makes for a user who is not there. */
async function failure(copy) {
  const polytomic = new copy.Polytomic({ partnerKey: sandbox.partnerKey, baseUrl: served.url });
  const result = await polytomic.organization(sandbox.organizationId).users.get(sandbox.organizationId).result();
  return result.error;
}

function recognizes(copy, error) {
  return {
    ownClass: error.constructor === copy.NotFoundError,
    isPolytomicError: copy.isPolytomicError(error),
    root: error instanceof copy.PolytomicError,
    parent: error instanceof copy.ApiError,
    leaf: error instanceof copy.NotFoundError,
    other: error instanceof copy.ConflictError,
  };
}

console.log(
  JSON.stringify({
    "CommonJS sees ESM": recognizes(commonjs, await failure(esm)),
    "ESM sees CommonJS": recognizes(esm, await failure(commonjs)),
  }),
);
await served.close();
