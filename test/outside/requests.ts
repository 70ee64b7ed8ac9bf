import { OPERATIONS } from "../../generated/contract.ts";
import { FACTS, OPERATION_IDS, ORGANIZATION, pathOf, ROLE, type OperationFacts, type OperationId } from "../facts.ts";
import { findOperation } from "../../scripts/spec/compiled.ts";

const MEMBER = "e1f2d3c4-b5a6-7890-1234-56789abcdef0";

/** A request for a mock server, a proxy or the sandbox. */
export interface PlainRequest {
  readonly method: string;
  /** The path with its query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The text of the body, if any. */
  readonly body?: string;
}

export interface InvalidRequest {
  readonly id: OperationId;
  /** What is wrong with the request. */
  readonly what: string;
  readonly request: PlainRequest;
  /** Whether the request is refused for its credentials, and not for its content. */
  readonly unauthorized?: true;
}

/** The keys of a sandbox. */
export interface Keys {
  readonly apiKey: string;
  readonly partnerKey: string;
}

/** Sends a request. If the server does not respond within `timeout` milliseconds, it throws a `TimeoutError`. */
export async function send(url: string, { target, ...request }: PlainRequest, timeout = 10_000): Promise<Response> {
  const response = await fetch(url + target, { ...request, signal: AbortSignal.timeout(timeout) });
  return new Response(await response.text(), response);
}

/** A valid request of an operation. */
export function validRequest(id: OperationId, keys: Keys): PlainRequest {
  const facts = FACTS[id] as OperationFacts & { keys: readonly [keyof Keys] };
  const { method, query, body } = facts;
  return {
    method,
    target: pathOf(facts) + (query ? `?${new URLSearchParams({ ...query })}` : ""),
    headers: {
      authorization: `Bearer ${keys[facts.keys[0]]}`,
      "x-polytomic-version": "2025-09-18",
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  };
}

/** A valid request of an operation. */
export interface ValidRequest {
  readonly id: OperationId;
  /** What is special about the request. */
  readonly what: string;
  readonly request: PlainRequest;
}

/** A valid request of every operation with every kind of key that the spec lists for it. */
export function requestsByKey(keys: Keys): ValidRequest[] {
  const credentials: Record<string, string> = {
    apiKey: `Bearer ${keys.apiKey}`,
    partnerKey: `Bearer ${keys.partnerKey}`,
    scopedKey: `Basic ${btoa(`${ORGANIZATION}:${keys.partnerKey}`)}`,
  };
  return OPERATION_IDS.flatMap((id) =>
    OPERATIONS[id].security.map((scheme) => {
      const request = validRequest(id, keys);
      return {
        id,
        what: `the scheme ${scheme}`,
        request: { ...request, headers: { ...request.headers, authorization: credentials[scheme]! } },
      };
    }),
  );
}

/** Valid requests that differ from those of facts.ts. */
export function validVariants(keys: Keys): ValidRequest[] {
  return OPERATION_IDS.flatMap((id) => {
    const facts: OperationFacts = FACTS[id];
    const { method, query, body } = facts;
    const valid = validRequest(id, keys);
    const variants: [what: string, change: Partial<PlainRequest>][] = [];
    if (method === "POST") {
      variants.push(["an idempotency key", { headers: { ...valid.headers, "idempotency-key": "an_idempotency-key" } }]);
    }
    if (query && "force" in query) {
      variants.push(["no `force`", { target: pathOf(facts) }]);
      variants.push(["`force=false`", { target: `${pathOf(facts)}?force=false` }]);
    }
    if (body) {
      variants.push(["an unknown field", { body: JSON.stringify({ ...body, another: "Jane" }) }]);
      variants.push(["a content type with a charset", { headers: { ...valid.headers, "content-type": "application/json; charset=utf-8" } }]); // prettier-ignore
    }
    if (body && "role_ids" in body) {
      const { role_ids: roleIds, ...rest } = body;
      variants.push(["neither `role` nor `role_ids`", { body: JSON.stringify(rest) }]);
      variants.push(["`role`", { body: JSON.stringify({ ...rest, role: "admin" }) }]);
      variants.push(["two roles", { body: JSON.stringify({ ...rest, role_ids: [roleIds, MEMBER].flat() }) }]);
    }
    return variants.map(([what, change]) => ({ id, what, request: { ...valid, ...change } }));
  });
}

/** The statuses that the spec documents for an operation. A range such as `5XX` is represented by one of its statuses. */
export function documentedStatuses(id: OperationId): number[] {
  const { responses } = findOperation(FACTS[id].method, pathOf(FACTS[id]))!.operation;
  return [...responses.keys()].map((status) => (status === "5XX" ? 503 : Number(status)));
}

/** Requests of every operation, each of which violates the spec in one way. */
export function invalidRequests(keys: Keys): InvalidRequest[] {
  return OPERATION_IDS.flatMap((id) => {
    const facts: OperationFacts = FACTS[id];
    const valid = validRequest(id, keys);
    const { authorization: _authorization, ...withoutKey } = valid.headers;
    const withHeader = (name: string, value: string): PlainRequest => ({
      ...valid,
      headers: { ...valid.headers, [name]: value },
    });
    const withTarget = (target: string): PlainRequest => ({ ...valid, target });
    const found: [what: string, request: PlainRequest][] = [
      ["an API version that is not a date", withHeader("x-polytomic-version", "yesterday")],
    ];
    if (facts.template.includes("{org_id}")) {
      found.push(["an organization id that is not a UUID", withTarget(valid.target.replace(ORGANIZATION, "acme"))]);
    }
    if (facts.template.includes("{id}")) {
      found.push(["an id that is not a UUID", withTarget(valid.target.replace(String(facts.args[0]), "jane"))]);
    }
    if (facts.method === "POST") found.push(["a short idempotency key", withHeader("idempotency-key", "short")]);
    if (facts.query && "force" in facts.query) {
      const path = pathOf(facts);
      found.push(["a `force` that is not a boolean", withTarget(`${path}?force=maybe`)]);
      found.push(["two values of `force`", withTarget(`${path}?force=true&force=false`)]);
    }
    for (const [what, body] of invalidBodies(facts)) found.push([what, { ...valid, body: JSON.stringify(body) }]);
    if (valid.body) {
      const { body: _body, ...withoutBody } = valid;
      found.push(["no body", withoutBody]);
    }
    return [
      { id, what: "no credentials", request: { ...valid, headers: withoutKey }, unauthorized: true as const },
      {
        id,
        what: "credentials of an unknown scheme",
        request: withHeader("authorization", "Digest a"),
        unauthorized: true as const,
      },
      ...found.map(([what, request]) => ({ id, what, request })),
    ];
  });
}

function invalidBodies({ body }: OperationFacts): [what: string, body: unknown][] {
  if (!body) return [];
  const invalid: [what: string, body: unknown][] = [["a body that is a list", [body]]];
  if ("role_ids" in body) {
    invalid.push(["an empty list of roles", { ...body, role_ids: [] }]);
    invalid.push(["a role id that is not a UUID", { ...body, role_ids: ["admin"] }]);
    invalid.push(["roles that are not a list", { ...body, role_ids: ROLE }]);
    invalid.push(["both `role` and `role_ids`", { ...body, role: "admin" }]);
    invalid.push(["a `role` that is not a string", { ...body, role_ids: undefined, role: 1 }]);
  }
  if ("client_secret" in body) {
    invalid.push(["no name", { ...body, name: undefined }]);
    invalid.push(["a blank name", { ...body, name: " " }]);
    invalid.push(["a client secret that is not a string", { ...body, client_secret: 1 }]);
  }
  if ("email" in body) {
    invalid.push(["no email address", { ...body, email: undefined }]);
    invalid.push(["an email address that is not valid", { ...body, email: "jane" }]);
    invalid.push(["an email address that is not a string", { ...body, email: null }]);
  }
  return invalid;
}
