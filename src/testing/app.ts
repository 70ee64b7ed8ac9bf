import type { Context } from "hono";
import { HonoBase } from "hono/hono-base";
import { TrieRouter } from "hono/router/trie-router";
import { API_VERSION, OPERATIONS } from "../../generated/contract.ts";
import { failure, LostConnection, toResponse } from "./answer.ts";
import type { OperationId } from "./call.ts";
import { hold } from "./hold.ts";
import { Problem } from "./problem.ts";
import type { Entry } from "./request-log.ts";
import { respond, type Api } from "./respond.ts";
import { chooseVersion } from "./versions.ts";

/** What goes with each request through the routes. */
interface Arrival {
  readonly entry: Entry;
  readonly signal: AbortSignal | undefined;
}

interface Held extends Arrival {
  /** Over when the API has taken its time. */
  readonly latency: Promise<void>;
}

interface Env {
  Bindings: Held;
}

/** Answers a request; rejects when the connection is dropped or the caller gives up. */
export type App = (request: Request, arrival: Arrival) => Promise<Response>;

/** The routes of the API, which are those of the spec. */
export function createApp(api: Api): App {
  const app = new HonoBase<Env>({ router: new TrieRouter() });
  for (const [id, { method, path }] of Object.entries(OPERATIONS)) {
    app.on(method.toUpperCase(), toHonoPath(path), (context) => answer(api, id as OperationId, context));
  }
  // The partner update was a PATCH before it was a PUT. *Assumption*: the versions that had it know both, since the
  // vendor's own client sends the PUT without naming a version.
  app.patch(toHonoPath(OPERATIONS.updatePartnerUser.path), (context) =>
    readVersion(context) === API_VERSION ? context.notFound() : answer(api, "updatePartnerUser", context),
  );
  app.notFound((context) => toResponse(failure(readVersion(context), new Problem(404, "There is no such route."))));
  app.onError((error, context) => {
    if (error instanceof LostConnection || context.env.signal?.aborted) throw error;
    if (error instanceof Problem) return toResponse(failure(API_VERSION, error)); // the version is not one
    return toResponse(failure(API_VERSION, new Problem(500, `The sandbox itself failed: ${error.message}`)));
  });
  return async (request, arrival) => {
    const latency = hold(api.latency, arrival.signal);
    try {
      return await app.fetch(request, { ...arrival, latency });
    } finally {
      await latency; // what was refused on the way takes as long
    }
  };
}

function toHonoPath(template: string): string {
  return template.replaceAll(/\{(\w+)\}/g, ":$1");
}

function readVersion(context: Context<Env>): string {
  return chooseVersion(context.req.raw.headers.get("x-polytomic-version"));
}

function answer(api: Api, operation: OperationId, context: Context<Env>): Promise<Response> {
  const { entry, signal, latency } = context.env;
  const { headers } = context.req.raw;
  entry.operation = operation;
  return respond(api, {
    operation,
    version: readVersion(context),
    method: entry.method,
    target: entry.target,
    ids: { org_id: context.req.param("org_id"), id: context.req.param("id") },
    force: context.req.query("force"),
    authorization: headers.get("authorization"),
    idempotencyKey: headers.get("idempotency-key"),
    body: entry.text,
    latency,
    signal,
  });
}
