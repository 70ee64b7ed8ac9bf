/** Edits of the spec, and functions to write them with. */
import { parse } from "yaml";
import type { SpecNode } from "../../scripts/spec/document.ts";

/** An edit of the parsed spec, or of its text. */
export type Edit = ((spec: SpecNode) => void) | { readonly text: (spec: string) => string };

/** Returns the text of a spec after an edit. */
export function applyEdit(spec: string, edit: Edit): string {
  if (typeof edit !== "function") return edit.text(spec);
  const document = parse(spec) as SpecNode;
  edit(document);
  return JSON.stringify(document, null, 2); // JSON is valid YAML, and faster to write
}

/** The names that the type tests give to a difference in some operations. */
export const the = (aspect: string, ids: readonly string[]): string[] => ids.map((id) => `${id}: ${aspect}`);

interface Place {
  /** The path template. */
  readonly path: string;
  readonly method: string;
  readonly operation: SpecNode;
}

/** Finds an operation by its id. */
export function find(spec: SpecNode, id: string): Place {
  for (const [path, item] of Object.entries(spec["paths"]!)) {
    for (const [method, operation] of Object.entries(item)) {
      if ((operation["operationId"] as unknown) === id) return { path, method, operation };
    }
  }
  throw new Error(`The spec has no operation ${id}.`);
}

/** Edits an operation. */
export const on =
  (id: string, change: (operation: SpecNode) => void) =>
  (spec: SpecNode): void =>
    change(find(spec, id).operation);

/** Edits a component. */
export const at =
  (
    kind: "schemas" | "parameters" | "responses" | "requestBodies" | "securitySchemes",
    name: string,
    change: (component: SpecNode) => void,
  ) =>
  (spec: SpecNode): void =>
    change(spec["components"]![kind]![name]!);

/** Edits a schema. */
export const schema = (name: string, change: (schema: SpecNode) => void): Edit => at("schemas", name, change);

/** The JSON content of a response or of a request body. */
export const json = (message: SpecNode): SpecNode => message["content"]!["application/json"]!;

export const set = (node: SpecNode | undefined, values: object): void => void Object.assign(node!, values);

export const drop = (node: SpecNode | undefined, name: string): void => void Reflect.deleteProperty(node!, name);

const list = (node: SpecNode | undefined): unknown[] => node as unknown as unknown[];

export const add = (node: SpecNode | undefined, item: unknown): void => void list(node).push(item);

export const addFirst = (node: SpecNode | undefined, item: unknown): void => void list(node).unshift(item);

export const dropLast = (node: SpecNode | undefined): void => void list(node).pop();

export const rename = (node: SpecNode | undefined, from: string, to: string): void => {
  node![to] = node![from]!;
  drop(node, from);
};

/** Adds an operation that is a copy of another one. */
export const addOperation =
  (operationId: string, path: string, like: string) =>
  (spec: SpecNode): void => {
    const { path: from, method, operation } = find(spec, like);
    const { parameters } = spec["paths"]![from]!;
    set(spec["paths"], { [path]: { ...(parameters && { parameters }), [method]: { ...operation, operationId } } });
  };

/** Removes an operation, and the path if it has no other. */
export const removeOperation =
  (id: string) =>
  (spec: SpecNode): void => {
    const { path, method } = find(spec, id);
    const item = spec["paths"]![path]!;
    drop(item, method);
    if (Object.keys(item).every((key) => key === "parameters")) drop(spec["paths"], path);
  };

/** Removes the components that nothing refers to any more, because the lint refuses them. */
export function prune(spec: SpecNode): void {
  const isUsed = (kind: string, name: string): boolean => JSON.stringify(spec).includes(`/${kind}/${name}"`);
  let before: string;
  do {
    before = JSON.stringify(spec);
    for (const kind of ["parameters", "requestBodies", "responses", "schemas"]) {
      const components = spec["components"]![kind]!;
      for (const name of Object.keys(components)) if (!isUsed(kind, name)) drop(components, name);
    }
  } while (JSON.stringify(spec) !== before);
}

export const parameter = (name: string, where: string, required: boolean): object => ({
  name,
  in: where,
  required,
  description: "A new parameter.",
  schema: { type: "string" },
});

export const ref = (kind: string, name: string): object => ({ $ref: `#/components/${kind}/${name}` });

/** Finds a part of a spec: `listPartnerUsers.responses` of an operation, `schemas.User` of the components, or `servers.0`. */
function part(spec: SpecNode, path: string): SpecNode {
  const [first, ...rest] = path.split(".") as [string, ...string[]];
  const start = spec["components"]![first] ?? spec[first] ?? find(spec, first).operation;
  return rest.reduce((node, name) => node[name]!, start);
}

/** Sets some keys of a part of the spec. */
export const assign =
  (path: string, values: object): ((spec: SpecNode) => void) =>
  (spec) =>
    set(part(spec, path), values);

/** Adds an item to a list. */
export const append =
  (path: string, item: unknown): ((spec: SpecNode) => void) =>
  (spec) =>
    add(part(spec, path), item);

/** Removes a key from an object, or the last item of a list. */
export const remove =
  (path: string, key?: string): ((spec: SpecNode) => void) =>
  (spec) =>
    key === undefined ? dropLast(part(spec, path)) : drop(part(spec, path), key);

/** Renames a key of an object. */
export const move =
  (path: string, from: string, to: string): ((spec: SpecNode) => void) =>
  (spec) =>
    rename(part(spec, path), from, to);
