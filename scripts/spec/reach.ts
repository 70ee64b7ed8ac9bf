/** The components of an OpenAPI document that requests, or answers, are made of. */
export function componentsOf(document: unknown, part: "requestBody" | "responses"): Set<string> {
  const reached = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { $ref: pointer } = node as { $ref?: unknown };
    if (typeof pointer === "string" && !reached.has(pointer)) {
      reached.add(pointer);
      visit(at(document, pointer));
    }
    Object.values(node).forEach(visit);
  };
  const { paths } = document as { paths?: Record<string, Record<string, Record<string, unknown>>> };
  for (const item of Object.values(paths ?? {})) {
    for (const operation of Object.values(item)) visit(operation?.[part]);
  }
  return reached;
}

/** The component that a JSON pointer leads into. */
export function componentIn(pointer: string): string | undefined {
  return /^#\/components\/[^/]+\/[^/]+/.exec(pointer)?.[0];
}

function at(document: unknown, pointer: string): unknown {
  const names = pointer.split("/").slice(1);
  return names.reduce((node, name) => {
    return (node as Record<string, unknown> | undefined)?.[name.replaceAll("~1", "/").replaceAll("~0", "~")];
  }, document);
}
