import type { ErrorObject } from "ajv";
import { API_VERSION } from "../../../generated/contract.ts";
import { findOperation } from "../compiled.ts";
import { segmentsOf } from "../document.ts";
import { isFromProxy, type Reply, type Request } from "./exchange.ts";
import { showMediaType, showVersion, type Names } from "./names.ts";

/** How one exchange compares with the spec. */
export interface Judgement {
  /** The operation of the request. `undefined` if the spec has none. */
  readonly operation: string | undefined;
  /** Statuses, field paths and types. No values. */
  readonly violations: readonly string[];
}

/** Compares a response with the spec: version, status, media type and body. */
export function judge(request: Request, reply: Reply, names: Names): Judgement {
  const { pathname } = new URL(request.target, "http://localhost");
  const operation = findOperation(request.method, pathname)?.operation;
  if (reply.failure !== undefined || isFromProxy(reply) || !operation)
    return { operation: operation?.id, violations: [] };
  const requested = request.headers["x-polytomic-version"];
  // The spec describes one version. A response of another version is only compared if the request was for this one.
  const isDescribed = requested === API_VERSION || reply.version === API_VERSION;
  const body = isDescribed ? bodyViolations(reply, operation.responses, names) : [];
  const found = [...versionViolations(requested, reply.version), ...body];
  return { operation: operation.id, violations: found.map((what) => `${reply.status}: ${what}`) };
}

type Response = Exclude<Reply, { failure: string }>;
type Responses = NonNullable<ReturnType<typeof findOperation>>["operation"]["responses"];

/** Only a request for the version of the spec decides which version the response must name. */
function versionViolations(requested: string | undefined, version: string | undefined): string[] {
  if (version === undefined) return ["no X-Polytomic-Version header"];
  return requested === API_VERSION && version !== API_VERSION
    ? [`${showVersion(version)} instead of ${API_VERSION}`]
    : [];
}

function bodyViolations(reply: Response, responses: Responses, names: Names): string[] {
  const response = responses.get(String(reply.status)) ?? responses.get(`${String(reply.status)[0]}XX`);
  if (!response) return ["a status that the spec does not have for this operation"];
  const validate = response.content.get(reply.type);
  if (!validate) return [`${showMediaType(reply.type)} instead of ${[...response.content.keys()].join(" or ")}`];
  if (reply.body === undefined) return ["a body that is not JSON"];
  if (validate(reply.body)) return [];
  return [...new Set(validate.errors!.map((error) => describe(error, reply.body, names)))];
}

function describe({ instancePath, keyword, params }: ErrorObject, body: unknown, names: Names): string {
  const { path, value } = locate(body, instancePath, names);
  const of = params as Params;
  const extra = of.additionalProperty ?? of.unevaluatedProperty;
  if (extra !== undefined) {
    const type = typeOf((value as Record<string, unknown>)[extra]);
    return `${join(path, names.property(extra))}: a field that the spec does not have (${type})`;
  }
  if (keyword === "required") return `${join(path, of.missingProperty!)}: a missing field`;
  const where = path || "the body";
  if (keyword === "type") return `${where}: ${typeOf(value)} instead of ${[of.type].flat().join(" or ")}`;
  if (keyword === "format")
    return `${where}: a ${typeOf(value)} that is not ${of.format === "email" ? "an" : "a"} ${of.format}`;
  return `${where}: ${typeOf(value)}, which does not match \`${keyword}\` in the spec`;
}

/** The parameters of the errors that have a sentence of their own. */
interface Params {
  readonly additionalProperty?: string;
  readonly unevaluatedProperty?: string;
  readonly missingProperty?: string;
  readonly type?: string | string[];
  readonly format?: string;
}

/** The value at a JSON pointer, and its path. All items of an array have the same path. */
function locate(body: unknown, pointer: string, names: Names): { path: string; value: unknown } {
  let path = "";
  let value = body;
  for (const segment of segmentsOf(pointer)) {
    path = Array.isArray(value) ? `${path}[]` : join(path, names.property(segment));
    value = (value as Record<string, unknown>)[segment];
  }
  return { path, value };
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** The JSON type of a value. */
function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
