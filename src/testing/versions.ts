import { API_VERSION } from "../../generated/contract.ts";
import type { OperationId } from "./call.ts";
import { HttpError } from "./http-error.ts";

/** Reads `X-Polytomic-Version`. *Assumption* (`unknown-version`): an unknown version is an error. */
export function chooseVersion(header: string | null, defaultVersion: string): string {
  if (!header) return defaultVersion;
  if (VERSIONS.includes(header)) return header;
  throw new HttpError(400, `Unknown API version ${header}. Known versions: ${VERSIONS.join(", ")}.`);
}

/** Its envelope is `{ error, result }`. */
export const OLDEST_VERSION = "2021-05-23";

/** Newest first. */
export const VERSIONS: readonly string[] = [API_VERSION, "2024-02-08", "2023-04-25", "2022-12-12", OLDEST_VERSION];

/**
 * Whether a version has the route. The partner update was a PATCH before 2024-02-08.
 *
 * *Assumption* (`older-versions`): the oldest version has both, and every version has all other routes, because Polytomic
 * does not say when they were added.
 */
export function hasRoute(version: string, operation: OperationId, method: string): boolean {
  if (operation !== "updatePartnerUser" || version === OLDEST_VERSION) return true;
  return method === (version < "2024-02-08" ? "PATCH" : "PUT");
}
