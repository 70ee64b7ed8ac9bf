import { API_VERSION } from "../../generated/contract.ts";
import { Problem } from "./problem.ts";

/** The version that answers a request that names none, in an envelope of its own: `{ error, result }`. */
export const OLDEST_VERSION = "2021-05-23";

const VERSIONS: ReadonlySet<string> = new Set([API_VERSION, "2024-02-08", "2023-04-25", "2022-12-12", OLDEST_VERSION]);

/**
 * `X-Polytomic-Version` → the version that answers. *Assumption*: a request without the header gets the oldest, as the
 * vendor's older pages say; an unknown version is refused, not replaced by another.
 */
export function chooseVersion(asked: string | null): string {
  if (!asked) return OLDEST_VERSION;
  if (VERSIONS.has(asked)) return asked;
  throw new Problem(400, `There is no API version ${asked}. There are: ${[...VERSIONS].join(", ")}.`);
}
