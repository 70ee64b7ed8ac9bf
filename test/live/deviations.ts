/** Compares a response with the spec. No value of the response is printed, only statuses, types and names of fields. */
import type { ErrorObject } from "ajv";
import { API_VERSION, type OPERATIONS } from "../../generated/contract.ts";
import { findOperation } from "../../scripts/spec/compiled.ts";
import { segmentsOf } from "../../scripts/spec/document.ts";

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly version: string | null;
}

export interface ReceivedResponse {
  readonly operation: keyof typeof OPERATIONS;
  /** 0 if there is no complete response. */
  readonly status: number;
  /** The value of `X-Polytomic-Version`. */
  readonly version: string | undefined;
  /** In lower case, without parameters. */
  readonly mediaType: string;
  readonly text: string;
}

/** How the version, status, media type and body of a response differ from the spec. */
export function findDeviations(sent: Sent, received: ReceivedResponse, secrets: readonly string[]): string[] {
  const { operation, status, version } = received;
  // The spec describes one version. A response of another version is only compared if the request was for this one.
  const isDescribed = sent.version === API_VERSION || version === API_VERSION;
  const found = [
    ...compareVersion(sent.version, version),
    ...(isDescribed ? compareBody(sent, received, createShowName(received.text, secrets)) : []),
  ];
  return found.map((what) => `${operation}, ${status}: ${what}`);
}

/** Only a request for the version of the spec decides which version the response must name. */
function compareVersion(requested: string | null, version: string | undefined): string[] {
  if (version === undefined) return ["no X-Polytomic-Version header"];
  return requested === API_VERSION && version !== API_VERSION
    ? [`${showVersion(version)} instead of ${API_VERSION}`]
    : [];
}

export function showVersion(version: string | undefined): string {
  if (version === undefined) return "no version";
  return /^\d{4}-\d{2}-\d{2}$/.test(version) ? `version ${version}` : "a version that is not a date";
}

function compareBody({ method, path }: Sent, { status, mediaType, text }: ReceivedResponse, names: ShowName): string[] {
  const { responses } = findOperation(method, path)!.operation;
  const response = responses.get(String(status)) ?? responses.get(`${String(status)[0]}XX`);
  if (!response) return ["a status that the spec does not have for this operation"];
  const validate = response.content.get(mediaType);
  if (!validate) return [`${showMediaType(mediaType)} instead of ${[...response.content.keys()].join(" or ")}`];
  const body = parse(text);
  if (body === undefined) return ["a body that is not JSON"];
  if (validate(body)) return [];
  return [...new Set(validate.errors!.map((error) => describeError(error, body, names)))];
}

/** Any other text in the header could be a secret. */
function showMediaType(type: string): string {
  if (type === "") return "no media type";
  return /^(?:application\/(?:problem\+)?json|(?:application|text)\/xml|text\/(?:html|plain))$/.test(type)
    ? type
    : "another media type";
}

/** The messages of ajv contain parts of the schema, but no values. */
function describeError({ instancePath, message, params }: ErrorObject, body: unknown, names: ShowName): string {
  const { path, value } = locate(body, instancePath);
  const { additionalProperty, unevaluatedProperty } = params as Record<string, string | undefined>;
  const extra = additionalProperty ?? unevaluatedProperty;
  if (extra === undefined) return `${path || "the body"} ${message}, and is ${typeOf(value)}`;
  const type = typeOf((value as Record<string, unknown>)[extra]);
  return `${join(path, names(extra))}: a field that the spec does not have (${type})`;
}

/** The value at a JSON pointer, and its path. All items of an array have the same path. */
function locate(body: unknown, pointer: string): { path: string; value: unknown } {
  let path = "";
  let value = body;
  for (const segment of segmentsOf(pointer)) {
    const name = isWord(segment) ? segment : NOT_SHOWN;
    path = Array.isArray(value) ? `${path}[]` : join(path, name);
    value = (value as Record<string, unknown>)[segment];
  }
  return { path, value };
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

const NOT_SHOWN = "(name not shown)";

function isWord(name: string): boolean {
  return /^[a-z][a-z_]{0,39}(?:[A-Z][a-z]{1,20}){0,3}$/.test(name);
}

type ShowName = (name: string) => string;

/** A hostile API can use a secret as a name, so that only words are shown that are no part of a key or of a value. */
function createShowName(text: string, secrets: readonly string[]): ShowName {
  const values = text.replaceAll(/"(?:[^"\\]|\\.)*"\s*:/g, "");
  const isSecret = (name: string): boolean =>
    secrets.some((secret) => secret.includes(name) && name.length >= 8) ||
    new RegExp(`\\b${name}\\b`, "i").test(values);
  const shown = new Map<string, string>(); // many items of a list have the same field
  return (name) => {
    if (!shown.has(name)) shown.set(name, isWord(name) && !isSecret(name) ? name : NOT_SHOWN);
    return shown.get(name)!;
  };
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
