/** Compiles the spec into validators: the parameters, bodies and statuses of each operation. */
import { readFileSync } from "node:fs";
import type { ValidateFunction } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { resolve, text, type SpecNode } from "./pointer.ts";
import { createCompiler } from "./schemas.ts";

const document = parse(readFileSync(new URL("../../spec/openapi.yaml", import.meta.url), "utf8")) as SpecNode;

const compile = createCompiler(document["components"]!["schemas"]!);

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

const routes: readonly Route[] = Object.entries(document["paths"]!).flatMap(([template, item]) =>
  ["get", "put", "post", "delete"]
    .filter((method) => item[method])
    .map((method) => ({
      method: method.toUpperCase(),
      path: new RegExp(`^${template.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
      operation: readOperation(item, item[method]!),
    })),
);

/** Validates the body of an error. */
export const apiError: ValidateFunction = compile({ $ref: "#/components/schemas/ApiError" } as unknown as SpecNode);

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

function readOperation(item: SpecNode, operation: SpecNode): CompiledOperation {
  const parameters = [...list(item["parameters"]), ...list(operation["parameters"])].map((node) =>
    resolve(document, node),
  );
  const body = operation["requestBody"] && resolve(document, operation["requestBody"]);
  return {
    id: text(operation["operationId"]),
    parameters: parameters.map((node) => ({
      name: text(node["name"]),
      in: text(node["in"]) as Parameter["in"],
      required: Boolean(node["required"]),
      isBoolean: text(node["schema"]!["type"]) === "boolean",
      validate: compile(node["schema"]!),
    })),
    requestBody: body && compile(body["content"]!["application/json"]!["schema"]!),
    responses: new Map(Object.entries(operation["responses"]!).map(([status, node]) => [status, readResponse(node)])),
  };
}

function readResponse(node: SpecNode): CompiledResponse {
  const { headers, content } = resolve(document, node) as { headers: SpecNode; content: SpecNode };
  return {
    headers: new Set(Object.keys(headers).map((name) => name.toLowerCase())),
    content: new Map(Object.entries(content).map(([type, media]) => [type, compile(media["schema"]!)])),
  };
}

function list(node: SpecNode | undefined): SpecNode[] {
  return (node ?? []) as unknown as SpecNode[];
}
