import type { Config, Credentials } from "../config.ts";
import { InvalidArgumentError } from "../errors.ts";
import { nameType, isObject, withoutPrototype } from "../objects.ts";
import type { Operation } from "../operations.ts";
import type { UntypedMethod, UntypedRequestInput } from "../options.ts";
import { prepare, type PreparedRequest } from "./prepare.ts";

/** The arguments of `untypedRequest()`. */
interface UntypedRequest {
  readonly method: UntypedMethod;
  readonly path: string;
  readonly input: UntypedRequestInput<"post"> | undefined;
}

/** Checks the arguments of a request to a path that the spec does not have. */
export function prepareUntyped(config: Config, { method, path, input = {} }: UntypedRequest): PreparedRequest {
  checkMethod(method);
  checkPath(path);
  if (!isObject(input)) {
    throw new InvalidArgumentError(`The options must be an object, but they are ${nameType(input)}.`, {
      argument: "options",
    });
  }
  const { query, body, ...options } = withoutPrototype<UntypedRequestInput<"post">>(input);
  if (method === "get" && body !== undefined) {
    throw new InvalidArgumentError("A GET cannot have a body. Pass `query`.", { argument: "body" });
  }
  const operation = withoutPrototype<Operation>({
    id: "untypedRequest",
    method,
    path,
    security: chooseSecurity(path, config.credentials),
    data: "unknown",
    secret: true,
    ...(body !== undefined && { body: [] }),
  });
  const others = ["query", "body"];
  const request = prepare(config, operation, { params: { query }, body, options, others, allowsUnknownFields: true });
  // openapi-fetch encodes only the values.
  const encoded = Object.entries(request.query).map(([name, value]) => [encodeURIComponent(name), value]);
  return { ...request, query: withoutPrototype(Object.fromEntries(encoded) as Record<string, unknown>) };
}

const METHODS: readonly unknown[] = ["get", "post", "put", "patch", "delete"] satisfies UntypedMethod[];

function checkMethod(method: unknown): void {
  if (METHODS.includes(method)) return;
  throw new InvalidArgumentError(`The method must be one of ${METHODS.join(", ")}, in lower case.`, {
    argument: "method",
  });
}

/** Texts that are not a path, and what is wrong with them. An encoded character can be encoded more than once. */
const NOT_A_PATH: readonly (readonly [pattern: RegExp, problem: string])[] = [
  [/^(?!\/)/, "must start with `/`, such as `/api/organization`."],
  [/\?/, "must not contain `?`. Pass the query parameters in `query`."],
  [/#/, "must not contain `#`."],
  [/\/\//, "must not contain `//`."],
  [/\\|%(?:25)*(?:2f|5c)/i, "must not contain a backslash, or an encoded slash or backslash."],
  [/\.\.|\/\.(?:\/|$)|%(?:25)*2e/i, "must not contain `..`, a segment `.`, or an encoded dot."],
  [/[{}]/, "must not contain a placeholder such as `{id}`. Write the id itself."],
  // oxlint-disable-next-line no-control-regex -- these are refused
  [/[\0-\x1f\x7f]|%(?:25)*(?:[01][0-9a-f]|7f)/i, "must not contain a control character."],
  [/[^\w/\-.~!$&'()*+,;=:@%]|%(?![0-9a-f]{2})/i, "contains a character that `encodeURIComponent()` must encode first."],
];

/** Refuses a path that can reach another route than it seems to. The message does not show it: it can be a misplaced key. */
function checkPath(path: unknown): void {
  if (typeof path !== "string") {
    throw new InvalidArgumentError(`The path must be a string, but it is ${nameType(path)}.`, { argument: "path" });
  }
  const [, problem] = NOT_A_PATH.find(([pattern]) => pattern.test(path)) ?? [];
  if (problem !== undefined) throw new InvalidArgumentError(`The path ${problem}`, { argument: "path" });
}

/**
 * The paths of the partner family take every kind of key as it is. On all other paths, a partner or deployment key is
 * scoped to `organizationId`, if the client has it.
 */
function chooseSecurity(path: string, { kind, organizationId }: Credentials): Operation["security"] {
  const isPartnerPath = /^\/api\/organizations(?:\/|$)/.test(path);
  const isUnscoped = kind !== "apiKey" && organizationId === undefined;
  return isPartnerPath || isUnscoped ? ["partnerKey"] : ["apiKey", "scopedKey"];
}
