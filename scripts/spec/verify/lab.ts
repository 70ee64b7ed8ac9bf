import { API_VERSION, OPERATIONS } from "../../../generated/contract.ts";
import { exchange, INTERRUPTED, LIMITS, type Limits, type Reply, type Request } from "./exchange.ts";
import { dataOf, fieldOf } from "./finding.ts";
import { judge, type Judgement } from "./judge.ts";
import { createNames, type Names } from "./names.ts";
import type { Target } from "./target.ts";

/** Sends requests to the target, and keeps what the report needs of every exchange. */
export interface Lab {
  readonly target: Target;
  readonly names: Names;
  readonly exchanges: readonly Exchanged[];
  /** Ends the run early. */
  readonly interruption: AbortSignal;
  /** Sends a request unless the run is interrupted. An interruption aborts it. */
  readonly send: (call: Call) => Promise<Reply>;
  /** Sends a request even if the run is interrupted. */
  readonly sendAnyway: (call: Call) => Promise<Reply>;
}

export interface Exchanged extends Judgement {
  readonly reply: Reply;
}

export interface Call {
  readonly operation: OperationId;
  /** The value of `Authorization`. */
  readonly as: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: string;
  /** Default: the method of the operation. */
  readonly method?: string;
  /** `null` sends no version. Default: the version of the spec. */
  readonly version?: string | null;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly idempotencyKey?: string;
}

export type OperationId = keyof typeof OPERATIONS;

interface Options {
  readonly limits?: Limits | undefined;
  readonly interruption?: AbortSignal | undefined;
}

export function createLab(target: Target, options: Options = {}): Lab {
  const { limits = LIMITS, interruption = new AbortController().signal } = options;
  const names = createNames(secretsOf(target));
  const exchanges: Exchanged[] = [];
  const send = async (call: Call, signal?: AbortSignal): Promise<Reply> => {
    const request = toRequest(call);
    const reply = await exchange(request, { baseUrl: target.baseUrl, limits, signal });
    const minted = fieldOf(dataOf(reply), "value");
    if (typeof minted === "string") names.conceal(minted);
    exchanges.push({ ...judge(request, reply, names), reply });
    return reply;
  };
  return {
    target,
    names,
    exchanges,
    interruption,
    send: async (call) => (interruption.aborted ? INTERRUPTED : send(call, interruption)),
    sendAnyway: (call) => send(call),
  };
}

function toRequest(call: Call): Request {
  const { method, path } = OPERATIONS[call.operation];
  const { version = API_VERSION, contentType = "application/json" } = call;
  return {
    method: call.method ?? method.toUpperCase(),
    target:
      path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(call.path![name]!)) + (call.query ?? ""),
    headers: {
      accept: "application/json",
      authorization: call.as,
      ...(version !== null && { "x-polytomic-version": version }),
      ...(call.idempotencyKey !== undefined && { "idempotency-key": call.idempotencyKey }),
      ...(call.body !== undefined && { "content-type": contentType }),
    },
    ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
  };
}

function secretsOf({ apiKey, partnerKey, organizationId = "" }: Target): string[] {
  const keys = [apiKey, partnerKey].filter((key) => key !== undefined);
  return keys.flatMap((key) => [key, basic(organizationId, key).slice("Basic ".length)]);
}

export function bearer(key: string): string {
  return `Bearer ${key}`;
}

/** A key that is scoped to one organization. */
export function basic(organizationId: string, key: string): string {
  return `Basic ${Buffer.from(`${organizationId}:${key}`).toString("base64")}`;
}
