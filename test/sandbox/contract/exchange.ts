/** Checks a request and its response against the spec. */
import type { ValidateFunction } from "ajv/dist/2020.js";
import {
  apiError,
  findOperation,
  type CompiledOperation,
  type CompiledResponse,
} from "../../../scripts/spec/compiled.ts";

const OLDEST_VERSION = "2021-05-23";

export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: Headers;
  readonly requestBody: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/**
 * The violations of the spec in an exchange. A request is only checked if it succeeded: the sandbox must refuse an invalid
 * one.
 */
export function violations(exchange: Exchange): string[] {
  const { pathname } = new URL(exchange.url);
  const match = findOperation(exchange.method, pathname);
  const where = `${exchange.method} ${pathname} → ${exchange.status}`;
  const found = match
    ? [
        ...(exchange.status < 400 ? requestViolations(exchange, match.operation, match.ids) : []),
        ...responseViolations(exchange, match.operation),
      ]
    : unknownRouteViolations(exchange, pathname);
  return found.map((what) => `${where}: ${what}`);
}

function requestViolations(
  { url, requestHeaders, requestBody }: Exchange,
  { parameters, requestBody: validate }: CompiledOperation,
  ids: Record<string, string>,
): string[] {
  const { searchParams } = new URL(url);
  const found: string[] = [];
  for (const parameter of parameters) {
    const { name, isBoolean } = parameter;
    const from = { path: ids[name], query: searchParams.get(name), header: requestHeaders.get(name) }[parameter.in];
    const value = isBoolean && /^(?:true|false)$/.test(from ?? "") ? from === "true" : (from ?? undefined);
    if (value === undefined && parameter.required) found.push(`the parameter ${name} is missing`);
    if (value !== undefined) found.push(...check(`the parameter ${name}`, parameter.validate, value));
  }
  for (const name of searchParams.keys()) {
    if (!parameters.some((each) => each.in === "query" && each.name === name)) found.push(`no query parameter ${name}`);
  }
  if (validate) found.push(...check("the request body", validate, read(requestBody)));
  return found;
}

function responseViolations(exchange: Exchange, { responses }: CompiledOperation): string[] {
  const { status, headers, body } = exchange;
  const response = responses.get(String(status)) ?? responses.get(`${String(status)[0]}XX`);
  if (!response) return ["an undeclared status"];
  const found = headerViolations(headers, response);
  const type = headers.get("content-type")?.split(";")[0] ?? "none";
  const validate = response.content.get(type);
  if (!validate) return [...found, `an undeclared content type, ${type}`];
  if (exchange.method === "HEAD") return found;
  return [...found, ...check("the body", validate, inCurrentEnvelope(exchange, read(body)))];
}

function headerViolations(headers: Headers, response: CompiledResponse): string[] {
  const found: string[] = [];
  if (!/^\d{4}-\d{2}-\d{2}$/.test(headers.get("x-polytomic-version") ?? "")) found.push("no X-Polytomic-Version");
  for (const name of ["retry-after"]) {
    if (headers.has(name) && !response.headers.has(name)) found.push(`an undeclared header, ${name}`);
  }
  return found;
}

/** Converts the envelope of the oldest version, `{ error, result }`, which the spec does not have. */
function inCurrentEnvelope({ status, headers }: Exchange, body: unknown): unknown {
  if (headers.get("x-polytomic-version") !== OLDEST_VERSION) return body;
  const { error, result, ...more } = body as Record<string, unknown>;
  if (status < 400) return error === null ? { data: result, ...more } : body;
  return result === undefined && typeof error === "object" ? { ...error, ...more } : body;
}

function unknownRouteViolations(exchange: Exchange, pathname: string): string[] {
  if (exchange.method === "OPTIONS" && exchange.status === 204) return [];
  if (pathname === "/" && exchange.status === 200) return listViolations(exchange);
  if (exchange.status !== 404) return ["an undeclared route"];
  return check("the body", apiError, inCurrentEnvelope(exchange, read(exchange.body)));
}

/** The sandbox lists its routes at `/`, which the spec does not have. Each route of the list must be in the spec. */
function listViolations({ method, body }: Exchange): string[] {
  if (method === "HEAD") return [];
  const { routes } = read(body) as { routes: { method: string; path: string }[] };
  const undeclared = routes.filter((route) => !findOperation(route.method, route.path));
  return undeclared.map((route) => `an undeclared route in the list, ${route.method} ${route.path}`);
}

function check(what: string, validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  return validate.errors!.map(({ instancePath, message, params }) => {
    return `${what}${instancePath && ` at ${instancePath}`} ${message} ${JSON.stringify(params)}`;
  });
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
