import { API_VERSION } from "../../generated/contract.ts";
import { isLocal } from "./cors.ts";
import type { Fault } from "./faults.ts";
import { HttpError } from "./http-error.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { Sandbox } from "./sandbox.ts";
import { failure, toResponse } from "./stored-response.ts";

/** What programs in other languages can do with a served sandbox. */
type Controls = Pick<Sandbox, "fail" | "faults" | "rateLimit" | "requests" | "reset" | "snapshot">;

/** Whether it is a sandbox, and not something else with a `fetch`. */
export function hasControls(handler: object): handler is Controls {
  return ["fail", "rateLimit", "reset", "snapshot"].every((name) => typeof Reflect.get(handler, name) === "function");
}

/**
 * Adds the routes under `/_sandbox/` to a sandbox.
 *
 * A request from a page of another website is refused. Its browser sends the `Origin` of the page with every request that
 * could change something, and does not let the page read the responses to the others.
 *
 * @see https://fetch.spec.whatwg.org/#origin-header
 */
export function withControls(sandbox: Controls, fetch: (request: Request) => Promise<Response>): typeof fetch {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(PREFIX)) return fetch(request);
    try {
      return await respond(sandbox, request, pathname);
    } catch (error) {
      if (error instanceof HttpError) return toResponse(failure(API_VERSION, error));
      if (error instanceof TypeError) return toResponse(failure(API_VERSION, new HttpError(400, error.message)));
      throw error;
    }
  };
}

const PREFIX = "/_sandbox/";

async function respond(sandbox: Controls, request: Request, pathname: string): Promise<Response> {
  const origin = request.headers.get("origin");
  if (origin !== null && !isLocal(origin)) {
    throw new HttpError(403, "Only pages that are served from this machine can control the sandbox.");
  }
  const routes = ROUTES.filter(({ path }) => path === pathname);
  if (routes.length === 0) throw new HttpError(404, `Route not found. The routes are ${LIST}.`);
  const route = routes.find(({ method }) => method === request.method);
  if (!route) return methodNotAllowed(routes.map(({ method }) => method).join(", "));
  const result = route.run(sandbox, await request.text());
  return result === undefined ? new Response(null, { status: 204 }) : Response.json(result);
}

function methodNotAllowed(allow: string): Response {
  const { status, headers, body } = failure(API_VERSION, new HttpError(405, `This route takes ${allow}.`));
  return toResponse({ status, headers: { ...headers, allow }, body });
}

interface ControlRoute {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Returns what the response contains, if anything. */
  readonly run: (sandbox: Controls, body: string) => unknown;
}

const ROUTES: readonly ControlRoute[] = [
  { method: "POST", path: `${PREFIX}reset`, run: (sandbox) => sandbox.reset() },
  { method: "POST", path: `${PREFIX}faults`, run: (sandbox, body) => sandbox.fail(parse(body, "times") as Fault) },
  { method: "GET", path: `${PREFIX}faults`, run: ({ faults }) => faults },
  {
    method: "POST",
    path: `${PREFIX}rate-limit`,
    run: (sandbox, body) => sandbox.rateLimit(parse(body, "requests") as RateLimit),
  },
  { method: "GET", path: `${PREFIX}requests`, run: ({ requests }) => requests },
  { method: "GET", path: `${PREFIX}snapshot`, run: (sandbox) => sandbox.snapshot() },
];

const LIST = ROUTES.map(({ method, path }) => `${method} ${path}`).join(", ");

/** @param unlimited The field that can be `null` for `Infinity`, which JSON does not have. */
function parse(body: string, unlimited: string): unknown {
  try {
    return JSON.parse(body, (name, value: unknown) => (name === unlimited && value === null ? Infinity : value));
  } catch {
    throw new HttpError(400, "The body must be JSON.");
  }
}
