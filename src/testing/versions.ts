import { API_VERSION } from "../../generated/contract.ts";
import { Problem } from "./problem.ts";

/**
 * Reads `X-Polytomic-Version`. *Assumption* (`no-version`, `unknown-version`): the oldest version responds to a request without the header, as the
 * vendor's older pages say, and an unknown version is an error.
 */
export function chooseVersion(header: string | null): string {
  if (!header) return OLDEST_VERSION;
  if (VERSIONS.has(header)) return header;
  throw new Problem(400, `Unknown API version ${header}. Known versions: ${[...VERSIONS].join(", ")}.`);
}

/** The version of a response to a request without a version. Its envelope is `{ error, result }`. */
export const OLDEST_VERSION = "2021-05-23";

const VERSIONS: ReadonlySet<string> = new Set([API_VERSION, "2024-02-08", "2023-04-25", "2022-12-12", OLDEST_VERSION]);
