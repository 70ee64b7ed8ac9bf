/** Words to write changes of the spec in. */
import type { Edit, Node } from "./consequences.ts";

export const CURRENT = "/api/organization/users";
export const PARTNER = "/api/organizations/{org_id}/users";

/** Every operation and where it is. */
export const PLACES = {
  listCurrentOrgUsers: ["get", CURRENT],
  createCurrentOrgUser: ["post", CURRENT],
  getCurrentOrgUser: ["get", `${CURRENT}/{id}`],
  updateCurrentOrgUser: ["put", `${CURRENT}/{id}`],
  deleteCurrentOrgUser: ["delete", `${CURRENT}/{id}`],
  listPartnerUsers: ["get", PARTNER],
  createPartnerUser: ["post", PARTNER],
  getPartnerUser: ["get", `${PARTNER}/{id}`],
  updatePartnerUser: ["put", `${PARTNER}/{id}`],
  deletePartnerUser: ["delete", `${PARTNER}/{id}`],
  createPartnerUserApiKey: ["post", `${PARTNER}/{id}/keys`],
} as const;

export type Id = keyof typeof PLACES;

export const ALL = Object.keys(PLACES) as Id[];

export const the = (aspect: string, ids: readonly Id[]): string[] => ids.map((id) => `${id}: ${aspect}`);

/** Goes to an operation of the document. */
export const on =
  (id: Id, change: (operation: Node) => void): Edit =>
  (spec) => {
    const [method, path] = PLACES[id];
    change(spec["paths"]![path]![method]!);
  };

/** Goes to a component of the document. */
export const at =
  (
    kind: "schemas" | "parameters" | "responses" | "requestBodies" | "securitySchemes",
    name: string,
    change: (component: Node) => void,
  ): Edit =>
  (spec) =>
    change(spec["components"]![kind]![name]!);

export const schema = (name: string, change: (schema: Node) => void): Edit => at("schemas", name, change);

export const set = (node: Node | undefined, values: object): void => void Object.assign(node!, values);

export const drop = (node: Node | undefined, name: string): void => void Reflect.deleteProperty(node!, name);

const list = (node: Node | undefined): unknown[] => node as unknown as unknown[];

export const add = (node: Node | undefined, item: unknown): void => void list(node).push(item);

export const addFirst = (node: Node | undefined, item: unknown): void => void list(node).unshift(item);

export const dropLast = (node: Node | undefined): void => void list(node).pop();

export const rename = (node: Node | undefined, from: string, to: string): void => {
  node![to] = node![from]!;
  drop(node, from);
};

export const addOperation =
  (operationId: string, path: string, like: Id): Edit =>
  (spec) => {
    const [method, from] = PLACES[like];
    const { parameters } = spec["paths"]![from]!;
    const operation = { ...spec["paths"]![from]![method], operationId };
    set(spec["paths"], { [path]: { parameters, [method]: operation } });
  };

export const parameter = (name: string, where: string, required: boolean): object => ({
  name,
  in: where,
  required,
  description: "A parameter that was not there.",
  schema: { type: "string" },
});

export const ref = (kind: string, name: string): object => ({ $ref: `#/components/${kind}/${name}` });
