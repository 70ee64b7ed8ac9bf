import type { Context } from "hono";
import { HonoBase } from "hono/hono-base";
import { TrieRouter } from "hono/router/trie-router";
import { API_VERSION, OPERATIONS } from "../../generated/contract.ts";
import type { OperationId } from "./call.ts";
import { delay } from "./delay.ts";
import { Problem } from "./problem.ts";
import type { Entry } from "./request-log.ts";
import { respond, type Api } from "./respond.ts";
import { failure, LostConnection, toResponse } from "./stored-response.ts";
import { chooseVersion } from "./versions.ts";

/** The routes of the API, which are the paths of the spec. */
export function createApp(api: Api): App {
  const app = new HonoBase<Env>({ router: new TrieRouter() });
  for (const [id, { method, path }] of Object.entries(OPERATIONS)) {
    app.on(method.toUpperCase(), toHonoPath(path), (context) => handle(api, id as OperationId, context));
  }
  // The partner update was a PATCH before it was a PUT. *Assumption* (`older-versions`, `patch-in-older-versions`): the older versions accept both, since the vendor's
  // own client sends the PUT without a version.
  app.patch(toHonoPath(OPERATIONS.updatePartnerUser.path), (context) =>
    readVersion(context) === API_VERSION ? context.notFound() : handle(api, "updatePartnerUser", context),
  );
  app.notFound((context) => toResponse(failure(readVersion(context), new Problem(404, "Route not found."))));
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

function handle(api: Api, operation: OperationId, context: Context<Env>): Promise<Response> {
  const { entry, signal, latency } = context.env;
  const { headers } = context.req.raw;
  entry.operation = operation;
  return respond(api, {
    operation,
    version: readVersion(context),
    method: entry.method,
    target: entry.target,
    pathParameters: context.req.param(),
    query: context.req.query(),
    authorization: headers.get("authorization"),
    idempotencyKey: headers.get("idempotency-key"),
    body: entry.text,
    latency,
    signal,
  });
}

function readVersion(context: Context<Env>): string {
  return chooseVersion(context.req.raw.headers.get("x-polytomic-version"));
}
