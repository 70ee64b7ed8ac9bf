/** Reads from the spec the few values that the runtime needs, and nothing that only types need. */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { GenerationError } from "./generation-error.ts";

const METHODS = ["get", "put", "post", "delete", "patch"] as const;

export interface Contract {
  version: string;
  server: string;
  operations: Record<string, OperationContract>;
}

export interface OperationContract {
  method: (typeof METHODS)[number];
  path: string;
  /** Names of the security schemes that may call it. */
  security: string[];
  /** The names of its query parameters. */
  query?: string[];
  /** Whether it takes a request body. */
  takesBody?: true;
  /** What `data` in the envelope of a success is. */
  data: "object" | "list";
  /** Whether the answer carries a key, so that no part of it may be quoted in an error. */
  secret?: true;
}

/** An object of an OpenAPI document; the lint has made sure that it has what is read here. */
interface Node {
  [name: string]: Node;
}

export async function readContract(spec: string): Promise<Contract> {
  const document = parse(await readFile(spec, "utf8")) as Node;
  refuseOtherFiles(document);
  const operations: Contract["operations"] = {};
  for (const [path, item] of Object.entries(document["paths"]!)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation)
        operations[text(operation["operationId"])] = readOperation(document, method, path, item, operation);
    }
  }
  return {
    version: text(document["info"]!["version"]),
    server: readServer(text(Object.values(document["servers"]!)[0]!["url"])),
    operations,
  };
}

function readOperation(
  document: Node,
  method: OperationContract["method"],
  path: string,
  item: Node,
  operation: Node,
): OperationContract {
  const success = resolve(document, operation["responses"]!["200"]!);
  const envelope = resolve(document, success["content"]!["application/json"]!["schema"]!);
  const promised = envelope["properties"]?.["data"];
  if (!promised) throw new GenerationError(noEnvelope(text(operation["operationId"])));
  const data = resolve(document, promised);
  const secret = holdsSecret(document, data);
  const query = [item, operation]
    .flatMap(({ parameters }) => Object.values(parameters ?? {}))
    .map((parameter) => resolve(document, parameter))
    .filter((parameter) => text(parameter["in"]) === "query")
    .map((parameter) => text(parameter["name"]));
  return {
    method,
    path,
    security: Object.values(operation["security"]!).flatMap((scheme) => Object.keys(scheme)),
    ...(query.length > 0 && { query }),
    ...(operation["requestBody"] && { takesBody: true as const }),
    data: readKind(text(operation["operationId"]), data),
    ...(secret && { secret: true as const }),
  };
}

/** The client sends keys there, so it is https and one place. */
function readServer(url: string): string {
  if (/^https:\/\/[^{}]+$/.test(url)) return url;
  throw new GenerationError(
    `The first server, ${url}, must be https and without variables: the client sends keys there.`,
  );
}

/** An object, or a list that may be `null`: what the client can tell from an answer that the spec does not allow. */
function readKind(id: string, data: Node): OperationContract["data"] {
  const types = [data["type"]].flat().map(text).toSorted().join(" or ");
  if (types === "object") return "object";
  if (types === "array" || types === "array or null") return "list";
  throw new GenerationError(
    `\`data\` in the 200 answer of ${id} must say \`type: object\`, or \`type: [array, "null"]\`; it says ${types || "no type"}.`,
  );
}

function noEnvelope(id: string): string {
  return (
    `The 200 answer of ${id} is no envelope with \`data\`, which is what the client unwraps. ` +
    "Correct the spec; or, if the API answers so now, teach src/http/decode.ts and scripts/spec/contract.ts."
  );
}

/** Whether a password is anywhere in what a schema describes. */
function holdsSecret(document: Node, schema: Node, seen: Set<Node> = new Set()): boolean {
  const node = resolve(document, schema);
  if (typeof node !== "object" || node === null || seen.has(node)) return false;
  seen.add(node);
  return text(node["format"]) === "password" || Object.values(node).some((part) => holdsSecret(document, part, seen));
}

/** The spec is one file: it is published, compared and digested as one. */
function refuseOtherFiles(node: Node): void {
  if (typeof node !== "object" || node === null) return;
  const reference = text(node["$ref"]);
  if (reference && !/^#\/components\/(?!pathItems\/)/.test(reference)) {
    throw new GenerationError(
      `The spec refers to ${reference}. Everything it refers to must be under \`components\` in the same file, paths excepted: write it there.`,
    );
  }
  for (const part of Object.values(node)) refuseOtherFiles(part);
}

/** Follows a reference within the document. */
function resolve(document: Node, node: Node): Node {
  const reference = node?.["$ref"];
  if (reference === undefined) return node;
  const names = text(reference).slice("#/".length).split("/").map(unescapePointer);
  return resolve(
    document,
    names.reduce((parent, name) => parent[name]!, document),
  );
}

/** A step of a JSON pointer (RFC 6901). */
function unescapePointer(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** A leaf of the document. */
function text(node: unknown): string {
  return typeof node === "string" ? node : "";
}
