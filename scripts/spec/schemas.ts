/** Compiles schemas into validators that reject undeclared properties. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Schema } from "./document.ts";

/** Returns a function that compiles a schema without references. */
export function createCompiler(): (schema: Schema) => ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true, verbose: true });
  addFormats.default(ajv);
  ajv.addKeyword("example");
  const compiled = new Map<Schema, ValidateFunction>();
  return (schema) => {
    const validate = compiled.get(schema) ?? ajv.compile(close(schema)); // operations share schemas
    compiled.set(schema, validate);
    return validate;
  };
}

/** Forbids undeclared properties in a schema and in every schema that it contains. */
function close(schema: Schema): Schema {
  const { properties, items, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties && { properties: closeAll(properties), additionalProperties: false }),
    ...(items && { items: close(items) }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === "object" ? close(additionalProperties) : additionalProperties,
    }),
  };
}

function closeAll(schemas: Readonly<Record<string, Schema>>): Record<string, Schema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, close(schema)]));
}
