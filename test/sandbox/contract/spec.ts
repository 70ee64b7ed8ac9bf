/** Compiles the spec into validators: the parameters, bodies and statuses of each operation. */
import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";

/** An object of an OpenAPI document. */
interface Node {
  [name: string]: Node;
}

const document = parse(readFileSync(new URL("../../../spec/openapi.yaml", import.meta.url), "utf8")) as Node;

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
addFormats.default(ajv);
ajv.addKeyword("example");
ajv.addSchema({ $id: "spec", $defs: close(document["components"]!["schemas"]!) });

const compiled = new Map<string, ValidateFunction>();

/** Compiles a schema once, since operations share schemas. */
function compile(schema: Node): ValidateFunction {
  const source = JSON.stringify(schema);
  const validate = compiled.get(source) ?? ajv.compile(close(schema));
  compiled.set(source, validate);
  return validate;
}

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  /** Whether the text in the request is a boolean. */
  readonly isBoolean: boolean;
  readonly validate: ValidateFunction;
}

export interface ResponseContract {
  /** The names of the declared headers, in lower case. */
  readonly headers: ReadonlySet<string>;
  /** By content type. */
  readonly content: ReadonlyMap<string, ValidateFunction>;
}

export interface OperationContract {
  readonly id: string;
  readonly parameters: readonly Parameter[];
  /** `undefined` if the operation has no body. */
  readonly requestBody: ValidateFunction | undefined;
  readonly responses: ReadonlyMap<string, ResponseContract>;
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: OperationContract;
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
export const apiError: ValidateFunction = ajv.compile({ $ref: "spec#/$defs/ApiError" });

/** Finds the operation of a request, and its path parameters. In older versions, an update is a PATCH. */
export function findOperation(
  method: string,
  path: string,
): { operation: OperationContract; ids: Record<string, string> } | undefined {
  const current = { PATCH: "PUT", HEAD: "GET" }[method] ?? method;
  for (const route of routes) {
    const match = route.method === current ? route.path.exec(path) : null;
    if (match) return { operation: route.operation, ids: { ...match.groups } };
  }
  return undefined;
}

function readOperation(item: Node, operation: Node): OperationContract {
  const parameters = [...list(item["parameters"]), ...list(operation["parameters"])].map((node) => resolve(node));
  const body = operation["requestBody"] && resolve(operation["requestBody"]);
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

function readResponse(node: Node): ResponseContract {
  const { headers, content } = resolve(node) as { headers: Node; content: Node };
  return {
    headers: new Set(Object.keys(headers).map((name) => name.toLowerCase())),
    content: new Map(Object.entries(content).map(([type, media]) => [type, compile(media["schema"]!)])),
  };
}

/** Forbids undeclared properties in a schema and in every schema that it refers to. */
function close(schema: Node): Node {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(close) as unknown as Node;
  const closed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(schema)) {
    if (name === "$ref") closed[name] = text(value).replace("#/components/schemas/", "spec#/$defs/");
    else closed[name] = name === "not" ? value : close(value); // inside `not`, that would allow more instead of less
  }
  const isObject = text(schema["type"]) === "object" && schema["properties"] && !("additionalProperties" in schema);
  return (isObject ? { ...closed, additionalProperties: false } : closed) as Node;
}

/** Follows a reference within the document. */
function resolve(node: Node): Node {
  if (!node["$ref"]) return node;
  const names = text(node["$ref"]).slice("#/".length).split("/");
  return resolve(names.reduce((parent, name) => parent[name]!, document));
}

function list(node: Node | undefined): Node[] {
  return (node ?? []) as unknown as Node[];
}

function text(node: unknown): string {
  return typeof node === "string" ? node : "";
}
