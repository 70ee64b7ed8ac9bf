/** Generates a spec with at least `count` operations: copies of this package's spec, under other paths and names. */
import { readFile } from "node:fs/promises";
import { parse, stringify } from "yaml";

interface Spec {
  paths: Record<string, Record<string, { operationId?: string }>>;
}

export async function manyOperations(count: number): Promise<string> {
  const spec = parse(await readFile(new URL("../spec/openapi.yaml", import.meta.url), "utf8")) as Spec;
  const own = Object.entries(spec.paths);
  const copies = Math.ceil(count / 11);
  for (let copy = 1; copy < copies; copy++) {
    for (const [path, item] of own) {
      const copied = structuredClone(item);
      for (const operation of Object.values(copied)) if (operation.operationId) operation.operationId += copy;
      spec.paths[path.replace("/api", `/api/v${copy}`)] = copied;
    }
  }
  return stringify(spec, { aliasDuplicateObjects: false });
}
