import { OPERATIONS } from "../../generated/contract.ts";
import type { OperationId } from "./call.ts";
import { Problem } from "./problem.ts";
import { hasRoute } from "./versions.ts";

interface Route {
  readonly method: string;
  /** The path template of the spec. */
  readonly path: string;
  readonly operation: OperationId;
}

/** The routes of the spec, and the partner update of older versions. */
export const ROUTES: readonly Route[] = [
  ...Object.entries(OPERATIONS).map(([id, { method, path }]) => {
    return { method: method.toUpperCase(), path, operation: id as OperationId };
  }),
  { method: "PATCH", path: OPERATIONS.updatePartnerUser.path, operation: "updatePartnerUser" },
];

/** Responds to `GET /`, which the API does not have. The JSON is indented, since people read it in a browser. */
export function listRoutes(version: string): Response {
  const note = `A sandbox of the Polytomic Users API, in memory. These are the routes of version ${version}; the header X-Polytomic-Version chooses another version. This list is not part of the API.`;
  const headers = { "content-type": "application/json", "x-polytomic-version": version };
  return new Response(`${JSON.stringify({ note, routes: routesOf(version) }, null, 2)}\n`, { headers });
}

/** The 404 of a route that the version does not have. It names each path once, with its methods. */
export function routeNotFound(version: string): Problem {
  const methods = new Map<string, string[]>();
  for (const { method, path } of routesOf(version)) methods.set(path, [...(methods.get(path) ?? []), method]);
  const named = [...methods].map(([path, each]) => `${each.join(", ")} ${path}`);
  return new Problem(404, `Route not found. The routes are ${named.join("; ")}.`);
}

function routesOf(version: string): Route[] {
  return ROUTES.filter(({ operation, method }) => hasRoute(version, operation, method));
}
