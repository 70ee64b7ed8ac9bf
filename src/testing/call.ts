import type { OPERATIONS } from "../../generated/contract.ts";

/** One request to one operation, as the stages that respond to it see it. */
export interface Call {
  readonly operation: OperationId;
  /** The API version of the response. */
  readonly version: string;
  readonly method: string;
  readonly path: string;
  /** The path parameters by name. */
  readonly pathParameters: Readonly<Record<string, string>>;
  /** The values of each query parameter by name. */
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly authorization: string | null;
  readonly idempotencyKey: string | null;
  /** The body as text; empty if the request has none. */
  readonly body: string;
  /** Resolves when the sandbox's `latency` is over. */
  readonly latency: Promise<void>;
  /** Aborts when the caller aborts. */
  readonly signal: AbortSignal | undefined;
}

/** The `operationId` of an operation in the spec. */
export type OperationId = keyof typeof OPERATIONS;
