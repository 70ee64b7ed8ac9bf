import type { OPERATIONS } from "../../generated/contract.ts";

/** A request that has been read to its end. */
export interface IncomingRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** The body as text; empty if the request has none. */
  readonly body: string;
  /** Aborts when the caller aborts. */
  readonly signal: AbortSignal | undefined;
  /** Resolves when the sandbox's `latency` is over. */
  readonly latency: Promise<void>;
}

/** A request to an operation. */
export interface Call extends IncomingRequest {
  readonly operation: OperationId;
  /** The API version of the response. */
  readonly version: string;
  /** The decoded path. */
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** The `operationId` of an operation in the spec. */
export type OperationId = keyof typeof OPERATIONS;
