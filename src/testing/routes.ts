import { OPERATIONS } from "../../generated/contract.ts";
import type { OperationId } from "./call.ts";
import { HttpError } from "./http-error.ts";
import type { StoredResponse } from "./stored-response.ts";
import { hasRoute } from "./versions.ts";

interface Route {
  readonly method: string;
  /** The path template of the spec. */
  readonly template: string;
  readonly operation: OperationId;
  /** Matches a decoded path. Its groups are the path parameters. */
  readonly pattern: RegExp;
}

/** The routes of the spec, and the partner update of older versions. */
const ROUTES: readonly Route[] = [
  ...Object.entries(OPERATIONS).map(([id, { method, path }]) => createRoute(method, path, id as OperationId)),
  createRoute("patch", OPERATIONS.updatePartnerUser.path, "updatePartnerUser"),
];

function createRoute(method: string, template: string, operation: OperationId): Route {
  const pattern = new RegExp(`^${template.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
  return { method: method.toUpperCase(), template, operation, pattern };
}

/** Finds the route of a request, whatever its version. A HEAD request has the route of the GET. */
export function findRoute(method: string, pathname: string): MatchedRoute | undefined {
  const routeMethod = method === "HEAD" ? "GET" : method;
  const path = decodePath(pathname);
  for (const route of ROUTES) {
    const match = route.method === routeMethod ? route.pattern.exec(path) : null;
    if (match) return { ...route, path, pathParameters: { ...match.groups } };
  }
  return undefined;
}

export interface MatchedRoute extends Route {
  /** The decoded path. */
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Leaves reserved characters such as `%2F` encoded, and everything that is not UTF-8. */
function decodePath(pathname: string): string {
  return pathname.replaceAll(/(?:%[\da-f]{2})+/gi, (encoded) => {
    try {
      return decodeURI(encoded);
    } catch {
      return encoded;
    }
  });
}

/** Responds to `GET /`, which the API does not have. The JSON is indented, since people read it in a browser. */
export function listRoutes(version: string): StoredResponse {
  const note = `A sandbox of the Polytomic Users API, in memory. These are the routes of version ${version}; the header X-Polytomic-Version chooses another version. This list is not part of the API.`;
  const routes = routesOf(version).map(({ method, template, operation }) => ({ method, path: template, operation }));
  const headers = { "content-type": "application/json", "x-polytomic-version": version };
  return { status: 200, headers, body: `${JSON.stringify({ note, routes }, null, 2)}\n` };
}

/** The 404 of a route that the version does not have. It names each path once, with its methods. */
export function routeNotFound(version: string): HttpError {
  const methods = new Map<string, string[]>();
  for (const { method, template } of routesOf(version)) {
    methods.set(template, [...(methods.get(template) ?? []), method]);
  }
  const named = [...methods].map(([template, each]) => `${each.join(", ")} ${template}`);
  return new HttpError(404, `Route not found. The routes are ${named.join("; ")}.`);
}

function routesOf(version: string): Route[] {
  return ROUTES.filter(({ operation, method }) => hasRoute(version, operation, method));
}
