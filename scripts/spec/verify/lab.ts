import { API_VERSION, OPERATIONS } from "../../../generated/contract.ts";
import { exchange, LIMITS, type Limits, type Reply, type Request } from "./exchange.ts";
import { dataOf, fieldOf } from "./finding.ts";
import { judge, type Judgement } from "./judge.ts";
import { createNames, type Names } from "./names.ts";
import type { Target } from "./target.ts";

/** Sends requests to the target, and keeps what the report needs of every exchange. */
export interface Lab {
  readonly target: Target;
  readonly names: Names;
  readonly exchanges: readonly Exchanged[];
  send(call: Call): Promise<Reply>;
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

export function createLab(target: Target, limits: Limits = LIMITS): Lab {
  const names = createNames(secretsOf(target));
  const exchanges: Exchanged[] = [];
  return {
    target,
    names,
    exchanges,
    send: async (call) => {
      const request = toRequest(call);
      const reply = await exchange(target.baseUrl, request, limits);
      const minted = fieldOf(dataOf(reply), "value");
      if (typeof minted === "string") names.conceal(minted);
      exchanges.push({ ...judge(request, reply, names), reply });
      return reply;
    },
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
