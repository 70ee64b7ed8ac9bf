/** Compares a response with the spec. The result contains statuses, types and names of fields, but no values. */
import { API_VERSION } from "../../generated/contract.ts";
import { findOperation } from "../../scripts/spec/compiled.ts";

interface Exchange {
  readonly method: string;
  readonly path: string;
  /** The requested version. */
  readonly requested: string | null;
  readonly status: number;
  /** The value of `X-Polytomic-Version`. */
  readonly version: string | null;
  readonly mediaType: string;
  readonly text: string;
  /** What was sent and must not be printed. */
  readonly secrets: string;
}

/** How the version, status, media type and body of a response differ from the spec. */
export function findDeviations(exchange: Exchange): string[] {
  const { requested, version } = exchange;
  const found: string[] = [];
  if (version === null) found.push("no X-Polytomic-Version header");
  else if (requested === API_VERSION && version !== requested)
    found.push(`${showVersion(version)} instead of ${requested}`);
  // The spec describes one version.
  if (requested === API_VERSION || version === API_VERSION) found.push(...compareBody(exchange));
  return found;
}

export function showVersion(version: string | null): string {
  if (version === null) return "no version";
  return /^\d{4}-\d{2}-\d{2}$/.test(version) ? `version ${version}` : "a version that is not a date";
}

function compareBody({ method, path, status, mediaType, text, secrets }: Exchange): string[] {
  const { responses } = findOperation(method, path)!.operation;
  const response = responses.get(String(status)) ?? responses.get(`${String(status)[0]}XX`);
  if (!response) return ["a status that the spec does not have for this operation"];
  const validate = response.content.get(mediaType);
  if (!validate) return [`a body that is not ${[...response.content.keys()].join(" or ")}`];
  const body = parse(text);
  if (body === undefined) return ["a body that is not JSON"];
  if (validate(body)) return [];
  // A hostile API can use a secret as a name. Only words that are no part of a value are shown.
  const values = (secrets + text.replaceAll(/"(?:[^"\\]|\\.)*"\s*:/g, "")).toLowerCase();
  const extras = new Set(validate.errors!.map(({ params }) => params["additionalProperty"] as string | undefined));
  const shown = new Set([...extras].filter((name) => name !== undefined && isWord(name) && !values.includes(name)));
  const found = validate.errors!.map(({ instancePath, message, params, data }) => {
    const place = showPlace(instancePath);
    const extra = params["additionalProperty"] as string | undefined;
    if (extra === undefined) return `${place || "the body"} ${message}, and is ${typeOf(data)}`;
    const type = typeOf((data as Record<string, unknown>)[extra]);
    return `${place && `${place}.`}${shown.has(extra) ? extra : NOT_SHOWN}: a field that the spec does not have (${type})`;
  });
  return [...new Set(found)];
}

/** All items of an array have the same place. */
function showPlace(pointer: string): string {
  const names = pointer.slice(1).split("/");
  return names
    .map((name) => (isWord(name) || name === "" ? name : /^\d+$/.test(name) ? "[]" : NOT_SHOWN))
    .join(".")
    .replaceAll(".[]", "[]");
}

const NOT_SHOWN = "(name not shown)";

function isWord(name: string): boolean {
  return /^[a-z]+(?:_[a-z]+)*$/.test(name);
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** The parsed body, or `undefined` if it is not JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
