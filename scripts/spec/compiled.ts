/** Compiles the spec into validators: the parameters, bodies and statuses of each operation. */
import { readFileSync } from "node:fs";
import type { ValidateFunction } from "ajv/dist/2020.js";
import { operationsIn, parseOpenApi, type LocatedOperation, type Message } from "./document.ts";
import { createCompiler } from "./schemas.ts";

const SPEC = new URL("../../spec/openapi.yaml", import.meta.url);

const compile = createCompiler();

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  /** Whether the text in the request is a boolean. */
  readonly isBoolean: boolean;
  readonly validate: ValidateFunction;
}

export interface CompiledResponse {
  /** The names of the declared headers, in lower case. */
  readonly headers: ReadonlySet<string>;
  /** By content type. */
  readonly content: ReadonlyMap<string, ValidateFunction>;
}

export interface CompiledOperation {
  readonly id: string;
  readonly parameters: readonly Parameter[];
  /** `undefined` if the operation has no body. */
  readonly requestBody: ValidateFunction | undefined;
  readonly responses: ReadonlyMap<string, CompiledResponse>;
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: CompiledOperation;
}

const routes: readonly Route[] = operationsIn(parseOpenApi("spec/openapi.yaml", readFileSync(SPEC, "utf8"))).map(
  (operation) => ({
    method: operation.method.toUpperCase(),
    path: new RegExp(`^${operation.path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
    operation: compileOperation(operation),
  }),
);

/** Validates the body of an error. Every error has the same schema. */
export const apiError: ValidateFunction = routes[0]!.operation.responses.get("403")!.content.get("application/json")!;

/** Finds the operation of a request, and its path parameters. In older versions, an update is a PATCH. */
export function findOperation(
  method: string,
  path: string,
): { operation: CompiledOperation; ids: Record<string, string> } | undefined {
  const current = { PATCH: "PUT", HEAD: "GET" }[method] ?? method;
  for (const route of routes) {
    const match = route.method === current ? route.path.exec(path) : null;
    if (match) return { operation: route.operation, ids: { ...match.groups } };
  }
  return undefined;
}

function compileOperation({ node, parameters }: LocatedOperation): CompiledOperation {
  return {
    id: node.operationId!,
    parameters: parameters.map(({ parameter }) => ({
      name: parameter.name,
      in: parameter.in as Parameter["in"],
      required: parameter.required === true,
      isBoolean: parameter.schema!.type === "boolean",
      validate: compile(parameter.schema!),
    })),
    requestBody: node.requestBody && compile(node.requestBody.content!["application/json"]!.schema!),
    responses: new Map(
      Object.entries(node.responses!).map(([status, response]) => [status, compileResponse(response)]),
    ),
  };
}

function compileResponse({ headers = {}, content = {} }: Message): CompiledResponse {
  return {
    headers: new Set(Object.keys(headers).map((name) => name.toLowerCase())),
    content: new Map(Object.entries(content).map(([type, { schema }]) => [type, compile(schema!)])),
  };
}
