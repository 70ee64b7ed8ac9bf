import type { OPERATIONS } from "../../generated/contract.ts";

/** The `operationId` of one of the spec's operations. */
export type OperationId = keyof typeof OPERATIONS;

/** One request to one operation, as the stages that answer it see it. */
export interface Call {
  readonly operation: OperationId;
  /** The API version that answers. */
  readonly version: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly ids: { readonly org_id?: string | undefined; readonly id?: string | undefined };
  /** The query parameter `force`. */
  readonly force: string | undefined;
  readonly authorization: string | null;
  readonly idempotencyKey: string | null;
  /** The text of the body; empty where there is none. */
  readonly body: string;
  /** Over when the API has taken its time. */
  readonly latency: Promise<void>;
  /** Aborted when the caller gives up. */
  readonly signal: AbortSignal | undefined;
}
