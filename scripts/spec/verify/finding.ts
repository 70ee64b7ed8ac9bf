import { isFromProxy, type Reply } from "./exchange.ts";
import { showVersion } from "./names.ts";

/** The outcome of one probe. */
export interface Finding {
  readonly result: "holds" | "contradicted" | "not tested";
  /** Statuses, versions, field paths and types. No values. */
  readonly evidence: string;
}

export function notTested(reason: string): Finding {
  return { result: "not tested", evidence: reason };
}

/** A claim about a response. It is not tested if the API did not process the request. */
export function expect(reply: Reply, holds: (reply: Answered) => boolean, more = ""): Finding {
  if (reply.failure !== undefined || reply.status === 429 || reply.status >= 500) return notTested(describe(reply));
  const evidence = more === "" ? describe(reply) : `${describe(reply)}, ${more}`;
  return { result: holds(reply) ? "holds" : "contradicted", evidence };
}

type Answered = Exclude<Reply, { failure: string }>;

export function expectStatus(reply: Reply, status: number): Finding {
  return expect(reply, (answered) => answered.status === status);
}

/** Joins the findings of several requests that test one claim. */
export function all(findings: readonly Finding[]): Finding {
  const results = new Set(findings.map(({ result }) => result));
  const evidence = findings.map((finding) => finding.evidence).join("; ");
  if (results.has("contradicted")) return { result: "contradicted", evidence };
  return { result: results.has("not tested") ? "not tested" : "holds", evidence };
}

export function describe(reply: Reply): string {
  return reply.failure ?? (isFromProxy(reply) ? `${reply.status}, probably from a proxy` : String(reply.status));
}

export function describeWithVersion(reply: Reply): string {
  return reply.failure ?? `${reply.status}, ${showVersion(reply.version)}`;
}

/** What is in the envelope of a response, or `undefined`. */
export function dataOf(reply: Reply): unknown {
  return reply.failure === undefined && reply.status === 200 ? fieldOf(reply.body, "data") : undefined;
}

/** A field of a value, which need not be an object. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
