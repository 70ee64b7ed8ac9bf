/** Compiles the schemas of a spec into validators that reject undeclared properties. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { SpecNode } from "./pointer.ts";

/** Returns a function that compiles a schema. The schema can refer to the given components. */
export function createCompiler(components: SpecNode): (schema: SpecNode) => ValidateFunction {
  // A part of an `allOf` can require a property that another part declares.
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
  addFormats.default(ajv);
  ajv.addKeyword("example");
  const close = (schema: SpecNode): SpecNode => closeSchema(schema, components);
  ajv.addSchema({ $id: "closed", $defs: mapValues(components, close) });
  ajv.addSchema({ $id: "open", $defs: mapValues(components, (schema) => openSchema(schema, components)) });
  const compiled = new Map<string, ValidateFunction>();
  return (schema) => {
    const source = JSON.stringify(schema);
    const validate = compiled.get(source) ?? ajv.compile(close(schema)); // operations share schemas
    compiled.set(source, validate);
    return validate;
  };
}

/** Forbids undeclared properties in a schema and in every schema that it contains. */
function closeSchema(schema: SpecNode, components: SpecNode): SpecNode {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema))
    return schema.map((item: SpecNode) => closeSchema(item, components)) as unknown as SpecNode;
  if (schema["$ref"]) return { ...schema, ...referTo("closed", schema) };
  const opened = openSchema(schema, components);
  const isOpen = "additionalProperties" in schema || "unevaluatedProperties" in schema;
  if (isOpen || !isObject(schema, components)) return opened;
  if (schema["allOf"]) return { ...opened, type: "object", unevaluatedProperties: false } as unknown as SpecNode;
  return (schema["properties"] ? { ...opened, additionalProperties: false } : opened) as SpecNode;
}

/** Allows undeclared properties in a schema and in the parts of its `allOf`, but not in its properties. */
function openSchema(schema: SpecNode, components: SpecNode): SpecNode {
  if (schema["$ref"]) return { ...schema, ...referTo("open", schema) };
  return mapValues(schema, (value, keyword) => {
    if (keyword === "not") return value; // inside `not`, a closed schema would allow more instead of less
    if (keyword !== "allOf") return closeSchema(value, components);
    return Object.values(value).map((part) => openSchema(part, components)) as unknown as SpecNode;
  });
}

function referTo(id: "closed" | "open", reference: SpecNode): SpecNode {
  return { $ref: `${id}#/$defs/${nameOf(reference)}` } as unknown as SpecNode;
}

function nameOf({ $ref: reference }: { readonly $ref?: unknown }): string {
  return String(reference).slice("#/components/schemas/".length);
}

/** An `allOf` is an object if one of its parts is. */
function isObject(schema: SpecNode, components: SpecNode): boolean {
  if ((schema["type"] as unknown) === "object") return true;
  if (schema["$ref"]) return isObject(components[nameOf(schema)]!, components);
  return Object.values(schema["allOf"] ?? {}).some((part) => isObject(part, components));
}

function mapValues(node: SpecNode, change: (value: SpecNode, key: string) => SpecNode): SpecNode {
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, change(value, key)]));
}
