/** The decoded segments of a JSON pointer (RFC 6901): `#/paths/~1api~1users` is `paths` and `/api/users`. */
export function segmentsOf(pointer: string): string[] {
  const segments = pointer.split("/").slice(1);
  return segments.map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value in a document that a JSON pointer points to, or `undefined`. */
export function valueAt(document: unknown, pointer: string): unknown {
  return segmentsOf(pointer).reduce((value: unknown, segment) => (value as SpecNode | undefined)?.[segment], document);
}

/** Follows the references of a node within its document. */
export function resolve(document: SpecNode, node: SpecNode): SpecNode {
  const [target] = referenceOf(document, node);
  return target ? resolve(document, target) : node;
}

/** What the `$ref` of a node points to, if it has one. */
export function referenceOf(document: SpecNode, node: SpecNode): SpecNode[] {
  const reference = text(node["$ref"]);
  return reference ? [valueAt(document, reference) as SpecNode] : [];
}

/** The node if it is a string, or an empty string. */
export function text(node: unknown): string {
  return typeof node === "string" ? node : "";
}

/** Any value in a parsed OpenAPI document, typed so that its properties can be read. */
export interface SpecNode {
  [name: string]: SpecNode;
}
