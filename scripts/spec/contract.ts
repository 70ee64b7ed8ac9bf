import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { referenceOf, resolve, text, valueAt, type SpecNode } from "./pointer.ts";

const METHODS = ["get", "put", "post", "delete", "patch"] as const;

/** The values from the spec that the client needs at runtime. Everything else is only in the generated types. */
export interface Contract {
  version: string;
  server: string;
  operations: Record<string, OperationContract>;
}

export interface OperationContract {
  method: (typeof METHODS)[number];
  path: string;
  /** The names of the security schemes that authorize it. */
  security: string[];
  /** The names of its query parameters, if any. */
  query?: string[];
  /** The names of the fields of its request body, if it has one. Empty if the spec allows any. */
  body?: string[];
  /** Fields of which a request body may have only one: `not` with `required`. */
  exclusive?: string[];
  /** The type of `data` in the envelope of a 200 response. */
  data: "object" | "list";
  /** Whether the response contains a secret, so that errors must not quote any part of it. */
  secret?: true;
}

/** A problem in the spec or an outdated file. The commands print the message without a stack. */
export class GenerationError extends Error {}

/** Reads the contract from a spec that has passed the lint. */
export async function readContract(spec: string): Promise<Contract> {
  const document = parse(await readFile(spec, "utf8")) as SpecNode;
  refuseOtherFiles(document);
  const operations = Object.entries(document["paths"]!).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const id = text(item[method]!["operationId"]);
      return [id, { method, path, ...readOperation(document, item, item[method]!) }] as const;
    }),
  );
  return {
    version: text(document["info"]!["version"]),
    server: readServer(text(valueAt(document, "#/servers/0/url"))),
    operations: Object.fromEntries(operations),
  };
}

/** The spec is published, compared and hashed as one file. */
function refuseOtherFiles(node: SpecNode): void {
  if (typeof node !== "object" || node === null) return;
  const reference = text(node["$ref"]);
  if (reference && !/^#\/components\/(?!pathItems\/)/.test(reference)) {
    throw new GenerationError(
      `The spec refers to ${reference}. A reference must point to \`components\` in the same file, but not to ` +
        "`components/pathItems`. Move the referenced part there, or write it inline.",
    );
  }
  for (const child of Object.values(node)) refuseOtherFiles(child);
}

function readOperation(
  document: SpecNode,
  pathItem: SpecNode,
  operation: SpecNode,
): Omit<OperationContract, "method" | "path"> {
  const id = text(operation["operationId"]);
  const response = resolve(document, operation["responses"]!["200"]!);
  const data = findData(document, response["content"]!["application/json"]!["schema"]!);
  if (data.length === 0) throw new GenerationError(noEnvelope(id));
  const query = [pathItem, operation]
    .flatMap(({ parameters }) => Object.values(parameters ?? {}))
    .map((parameter) => resolve(document, parameter))
    .filter((parameter) => text(parameter["in"]) === "query")
    .map((parameter) => text(parameter["name"]));
  return {
    security: Object.values(operation["security"]!).flatMap((requirement) => Object.keys(requirement)),
    ...(query.length > 0 && { query }),
    ...(operation["requestBody"] && readBody(document, operation["requestBody"])),
    data: readType(id, data),
    ...(data.some((schema) => containsSecret(document, schema)) && { secret: true }),
  };
}

function readBody(document: SpecNode, requestBody: SpecNode): Pick<OperationContract, "body" | "exclusive"> {
  const { schema } = resolve(document, requestBody)["content"]!["application/json"]!;
  const parts = partsOf(document, schema);
  const exclusive = parts.flatMap(({ not }) => Object.values(not?.["required"] ?? {}).map(text));
  return {
    body: [...new Set(parts.flatMap(({ properties }) => Object.keys(properties ?? {})))],
    ...(exclusive.length > 0 && { exclusive }),
  };
}

/** The schemas that `data` in an envelope must match: more than one if `allOf` is used. */
function findData(document: SpecNode, envelope: SpecNode): SpecNode[] {
  return partsOf(document, envelope).flatMap(({ properties }) => partsOf(document, properties?.["data"]));
}

/** A schema, and the schemas that its `$ref` and `allOf` combine it with. */
function partsOf(document: SpecNode, schema: SpecNode | undefined, seen = new Set<SpecNode>()): SpecNode[] {
  if (schema === undefined || seen.has(schema)) return [];
  seen.add(schema);
  const others = [...referenceOf(document, schema), ...Object.values(schema["allOf"] ?? {})];
  return [schema, ...others.flatMap((other) => partsOf(document, other, seen))];
}

function noEnvelope(id: string): string {
  return (
    `The 200 response of ${id} is not an envelope with \`data\`, which the client unwraps. Correct the spec. ` +
    "If the API now responds like this, change src/http/decode.ts and scripts/spec/contract.ts first."
  );
}

/** The client checks at runtime whether `data` is an object, or a list or `null`. It supports no other type. */
function readType(id: string, data: readonly SpecNode[]): OperationContract["data"] {
  const allowed = data.flatMap(({ type }) => (type === undefined ? [] : [[type].flat().map(text)]));
  const common = allowed[0]?.filter((type) => allowed.every((types) => types.includes(type))) ?? [];
  const types = common.toSorted().join(" or ");
  if (types === "object") return "object";
  if (types === "array" || types === "array or null") return "list";
  throw new GenerationError(
    `\`data\` in the 200 response of ${id} must have \`type: object\` or \`type: [array, "null"]\`. ` +
      `It has ${types ? `the type ${types}` : "no type"}.`,
  );
}

/** Whether a schema has a property of the format `password` at any depth. */
function containsSecret(document: SpecNode, node: SpecNode, seen = new Set<SpecNode>()): boolean {
  if (typeof node !== "object" || node === null || seen.has(node)) return false;
  seen.add(node);
  if (text(node["format"]) === "password") return true;
  const children = [...referenceOf(document, node), ...Object.values(node)];
  return children.some((child) => containsSecret(document, child, seen));
}

/** The client sends API keys to this server, so it must be one fixed https origin. */
function readServer(url: string): string {
  if (/^https:\/\/[^{}]+$/.test(url)) return url;
  throw new GenerationError(
    `The first server, ${url}, must use https and have no variables, because the client sends API keys to it.`,
  );
}
