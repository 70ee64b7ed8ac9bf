import type { Config, RequestOptions } from "../config.ts";
import type { CallContext } from "../errors.ts";
import { observeAttempt } from "../events.ts";
import type { Operation } from "../operations.ts";
import { abortable } from "./abort.ts";
import { attempt } from "./attempt.ts";
import { authorize } from "./credentials.ts";
import { decode, requestId } from "./decode.ts";
import { connectionError } from "./failure.ts";
import { prepare, type CallInput, type PreparedRequest } from "./prepare.ts";

/** What a call that went well gives. */
export interface Answer<T> {
  readonly data: T;
  /** The answer as fetch gave it; its body has been read. */
  readonly response: Response;
  /** The answer's `X-Request-Id`, to give to the vendor's support. */
  readonly requestId: string | undefined;
  /** The API version that answered. */
  readonly apiVersion: string | undefined;
  /** How many times the request was sent. */
  readonly attempts: number;
}

/** One call from start to finish. */
export async function send(
  config: Config,
  operation: Operation,
  input: CallInput,
  options: RequestOptions,
): Promise<Answer<unknown>> {
  const request = prepare(config, operation, input, options);
  const call: CallContext = {
    operation: { id: operation.id, method: operation.method.toUpperCase(), path: operation.path },
    attempts: 1,
    ...(request.idempotencyKey !== undefined && { idempotencyKey: request.idempotencyKey }),
  };
  return tryOnce(config, operation, request, call, options.signal);
}

/** One try: authorize → attempt → decode, with the events of each. */
async function tryOnce(
  config: Config,
  operation: Operation,
  request: PreparedRequest,
  call: CallContext,
  caller: AbortSignal | undefined,
): Promise<Answer<unknown>> {
  const observed = observeAttempt(config.observe, call);
  try {
    return await abortable(caller, async (signal) => {
      const { header, conceal } = await authorize(config.credentials, operation);
      signal.throwIfAborted();
      observed.started();
      // The global fetch is looked up now, so that whatever replaces it is used however late it comes.
      const fetch = config.fetch ?? globalThis.fetch;
      const sent = { ...request, headers: { ...request.headers, authorization: header } };
      const reply = await attempt(sent, fetch, signal).catch((thrown: unknown) => {
        throw connectionError(thrown, call, request.baseUrl, conceal);
      });
      signal.throwIfAborted();
      const { response } = reply;
      observed.answered(response, request.version);
      const data = decode(reply, { call, operation, keyKind: config.credentials.kind, conceal });
      const apiVersion = response.headers.get("x-polytomic-version") ?? undefined;
      return { data, response, requestId: requestId(response.headers), apiVersion, attempts: call.attempts };
    });
  } catch (error) {
    observed.failed(error);
    throw error;
  }
}
