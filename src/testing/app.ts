import type { Context } from "hono";
import { HonoBase } from "hono/hono-base";
import { TrieRouter } from "hono/router/trie-router";
import { API_VERSION } from "../../generated/contract.ts";
import type { Call } from "./call.ts";
import { delay } from "./delay.ts";
import { Problem } from "./problem.ts";
import type { Entry } from "./request-log.ts";
import { respond, type Api } from "./respond.ts";
import { listRoutes, routeNotFound, ROUTES } from "./routes.ts";
import { failure, LostConnection, toResponse } from "./stored-response.ts";
import { chooseVersion, hasRoute } from "./versions.ts";

/** The routes of the API, and `/`, which lists them. */
export function createApp(api: Api): App {
  const app = new HonoBase<Env>({ router: new TrieRouter() });
  const readVersion = ({ req }: Context<Env>): string =>
    chooseVersion(req.raw.headers.get("x-polytomic-version"), api.defaultVersion);
  for (const { method, path, operation } of ROUTES) {
    app.on(method, toHonoPath(path), (context) => {
      context.env.entry.operation = operation; // of a request with an unknown version, too
      const version = readVersion(context);
      return hasRoute(version, operation, method) ? handle(api, { operation, version }, context) : context.notFound();
    });
  }
  app.on("GET", "/", (context) => listRoutes(readVersion(context)));
  app.notFound((context) => {
    const version = readVersion(context);
    return toResponse(failure(version, routeNotFound(version)));
  });
  app.onError((error, context) => {
    if (error instanceof LostConnection || context.env.signal?.aborted) throw error;
    if (error instanceof Problem) return toResponse(failure(API_VERSION, error)); // `readVersion` threw it
    return toResponse(failure(API_VERSION, new Problem(500, `The sandbox itself failed: ${error.message}`)));
  });
  return async (request, { entry, signal }) => {
    const latency = delay(api.latency, signal);
    try {
      return await app.fetch(request, { entry, signal, latency });
    } finally {
      await latency; // an early error takes as long as a success
    }
  };
}

/** Responds to a request. Rejects if a fault drops the connection, or if the caller aborts. */
export type App = (request: Request, arrival: Arrival) => Promise<Response>;

interface Arrival {
  /** The request in the log. */
  readonly entry: Entry;
  /** Aborts when the caller aborts. */
  readonly signal: AbortSignal | undefined;
}

interface Env {
  Bindings: Arrival & { readonly latency: Promise<void> };
}

function toHonoPath(template: string): string {
  return template.replaceAll(/\{(\w+)\}/g, ":$1");
}

function handle(api: Api, called: Pick<Call, "operation" | "version">, context: Context<Env>): Promise<Response> {
  const { entry, signal, latency } = context.env;
  const { headers } = context.req.raw;
  return respond(api, {
    ...called,
    method: entry.method,
    path: context.req.path,
    pathParameters: context.req.param(),
    query: context.req.queries(),
    authorization: headers.get("authorization"),
    idempotencyKey: headers.get("idempotency-key"),
    body: entry.text,
    latency,
    signal,
  });
}
