/** Edits of the spec, and functions to write them with. */
import { parse } from "yaml";
import type { SpecNode } from "../../scripts/spec/pointer.ts";
import { FACTS, OPERATION_IDS, type OperationId } from "../facts.ts";

/** An edit of the parsed spec, or of its text. */
export type Edit = ((spec: SpecNode) => void) | { readonly text: (spec: string) => string };

/** Returns the text of a spec after an edit. */
export function applyEdit(spec: string, edit: Edit): string {
  if (typeof edit !== "function") return edit.text(spec);
  const document = parse(spec) as SpecNode;
  edit(document);
  return JSON.stringify(document, null, 2); // JSON is valid YAML, and faster to write
}

export const CURRENT = FACTS.listCurrentOrgUsers.template;
export const PARTNER = FACTS.listPartnerUsers.template;

/** The method and path template of each operation, as the spec has them. */
export const PLACES = Object.fromEntries(
  OPERATION_IDS.map((id) => [id, [FACTS[id].method.toLowerCase(), FACTS[id].template]]),
) as Record<OperationId, [method: string, path: string]>;

/** The names that the type tests give to a difference in some operations. */
export const the = (aspect: string, ids: readonly OperationId[]): string[] => ids.map((id) => `${id}: ${aspect}`);

/** Edits an operation. */
export const on =
  (id: OperationId, change: (operation: SpecNode) => void) =>
  (spec: SpecNode): void => {
    const operations = Object.values(spec["paths"]!).flatMap((item) => Object.values(item));
    change(operations.find(({ operationId }) => (operationId as unknown) === id)!);
  };

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
  (operationId: string, path: string, like: OperationId) =>
  (spec: SpecNode): void => {
    const [method, from] = PLACES[like];
    const { parameters } = spec["paths"]![from]!;
    const operation = { ...spec["paths"]![from]![method], operationId };
    set(spec["paths"], { [path]: { parameters, [method]: operation } });
  };

export const parameter = (name: string, where: string, required: boolean): object => ({
  name,
  in: where,
  required,
  description: "A new parameter.",
  schema: { type: "string" },
});

export const ref = (kind: string, name: string): object => ({ $ref: `#/components/${kind}/${name}` });

/** Turns a schema of properties into an `allOf` of a new schema with the same content and another object. */
export const split = (spec: SpecNode, name: string, properties: object): void => {
  const { schemas } = spec["components"]!;
  const { description, ...rest } = schemas![name]!;
  set(schemas, {
    [`${name}Fields`]: { description: "The common fields.", ...rest },
    [name]: { description, allOf: [ref("schemas", `${name}Fields`), { type: "object", properties }] },
  });
};
