import { readFile } from "node:fs/promises";
import {
  operationsIn,
  parseOpenApi,
  UnreadableError,
  type Document,
  type LocatedOperation,
  type Message,
  type Method,
  type Schema,
} from "./document.ts";

/** The values from the spec that the client needs at runtime. Everything else is only in the generated types. */
export interface Contract {
  version: string;
  server: string;
  operations: Record<string, OperationContract>;
}

interface OperationContract {
  method: Method;
  path: string;
  /** The names of the security schemes that authorize it. */
  security: string[];
  /** The names of its query parameters, if any. */
  query?: string[];
  /** The names of the fields of its request body, if it has one. Empty if the spec allows any. */
  body?: string[];
  /** Fields of which a request body may have only one: `not` with `required`. */
  exclusive?: string[];
  /** The fields of its request body that are secrets (`format: password`), which no error may quote. */
  secrets?: string[];
  /** The type of `data` in the envelope of a 200 response. */
  data: "object" | "list";
  /** Whether the response contains a secret, so that errors must not quote any part of it. */
  secret?: true;
}

/** A problem in the spec or an outdated file. The commands print the message without a stack. */
export class GenerationError extends Error {}

/** Reads the contract from a spec that has passed the lint. */
export async function readContract(spec: string): Promise<Contract> {
  const document = parseSpec(spec, await readFile(spec, "utf8"));
  const { source } = document;
  const operations = operationsIn(document).map((operation) => {
    const { method, path, node } = operation;
    return [node.operationId!, { method, path, ...readOperation(operation) }] as const;
  });
  return {
    version: String(source.info!["version"]),
    server: readServer(source.servers![0]!.url),
    operations: Object.fromEntries(operations),
  };
}

function parseSpec(name: string, text: string): Document {
  try {
    const document = parseOpenApi(name, text);
    refuseOtherReferences(document.source);
    return document;
  } catch (error) {
    throw error instanceof UnreadableError ? new GenerationError(error.message) : error;
  }
}

/** The spec is published, compared and hashed as one file. */
function refuseOtherReferences(node: unknown): void {
  if (typeof node !== "object" || node === null) return;
  const reference = "$ref" in node ? node.$ref : undefined;
  if (typeof reference === "string" && !/^#\/components\/(?!pathItems\/)/.test(reference)) {
    throw new GenerationError(
      `The spec refers to ${reference}. A reference must point to \`components\` in the same file, but not to ` +
        "`components/pathItems`. Move the referenced part there, or write it inline.",
    );
  }
  for (const child of Object.values(node)) refuseOtherReferences(child);
}

function readOperation({ node, parameters }: LocatedOperation): Omit<OperationContract, "method" | "path"> {
  const id = node.operationId!;
  const data = schemaOf(node.responses!["200"]!).properties?.["data"];
  if (!data) throw new GenerationError(noEnvelope(id));
  const query = parameters.flatMap(({ parameter }) => (parameter.in === "query" ? [parameter.name] : []));
  return {
    security: node.security!.flatMap((requirement) => Object.keys(requirement)),
    ...(query.length > 0 && { query }),
    ...(node.requestBody && readBody(schemaOf(node.requestBody))),
    data: readType(id, data),
    ...(containsSecret(data) && { secret: true }),
  };
}

function schemaOf(message: Message): Schema {
  return message.content!["application/json"]!.schema!;
}

function readBody({ properties = {}, not }: Schema): Pick<OperationContract, "body" | "exclusive" | "secrets"> {
  const names = Object.keys(properties);
  const secrets = names.filter((name) => containsSecret(properties[name]));
  return {
    body: names,
    ...(not && { exclusive: [...not.required!] }),
    ...(secrets.length > 0 && { secrets }),
  };
}

function noEnvelope(id: string): string {
  return (
    `The 200 response of ${id} is not an envelope with \`data\`, which the client unwraps. Correct the spec. ` +
    "If the API now responds like this, change src/http/decode.ts and scripts/spec/contract.ts first."
  );
}

/** The client checks at runtime whether `data` is an object, or a list or `null`. It supports no other type. */
function readType(id: string, { type }: Schema): OperationContract["data"] {
  const types = [type ?? []].flat().toSorted().join(" or ");
  if (types === "object") return "object";
  if (types === "array" || types === "array or null") return "list";
  throw new GenerationError(
    `\`data\` in the 200 response of ${id} must have \`type: object\` or \`type: [array, "null"]\`. ` +
      `It has ${types ? `the type ${types}` : "no type"}.`,
  );
}

/** Whether a schema has a property of the format `password` at any depth. */
function containsSecret(schema: unknown): boolean {
  if (typeof schema !== "object" || schema === null) return false;
  return (schema as Schema).format === "password" || Object.values(schema).some(containsSecret);
}

/** The client sends API keys to this server, so it must be one fixed https origin. */
function readServer(url: string): string {
  if (/^https:\/\/[^{}]+$/.test(url)) return url;
  throw new GenerationError(
    `The first server, ${url}, must use https and have no variables, because the client sends API keys to it.`,
  );
}
