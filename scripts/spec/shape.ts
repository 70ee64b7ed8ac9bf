/** The shape that an OpenAPI document must have to be read. What is not here is not read, or can have any value. */
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";

const listOf = (items: object): object => ({ type: ["array", "null"], items });
const mapOf = (values: object): object => ({ type: ["object", "null"], additionalProperties: values });
const ref = (name: string): object => ({ $ref: `#/$defs/${name}` });

const METHOD = "^(get|put|post|delete|options|head|patch|trace)$";
const SERVERS = listOf({ type: "object", properties: { url: { type: "string" } } });
const SECURITY = listOf({ type: "object" });
const CONTENT = mapOf({ type: ["object", "null"], properties: { schema: ref("schema") } });

const validate = new Ajv2020({ allowUnionTypes: true }).compile({
  type: "object",
  properties: {
    info: { type: ["object", "null"] },
    servers: SERVERS,
    security: SECURITY,
    paths: mapOf({
      type: "object",
      properties: { parameters: listOf(ref("parameter")), servers: SERVERS },
      patternProperties: { [METHOD]: ref("operation") },
    }),
  },
  $defs: {
    operation: {
      type: "object",
      properties: {
        parameters: listOf(ref("parameter")),
        servers: SERVERS,
        security: SECURITY,
        requestBody: ref("message"),
        responses: mapOf(ref("message")),
      },
    },
    parameter: {
      type: "object",
      properties: { name: { type: "string" }, in: { type: "string" }, schema: ref("schema"), content: CONTENT },
      required: ["name", "in"],
    },
    message: {
      type: ["object", "null"],
      properties: {
        headers: mapOf({ type: "object", properties: { schema: ref("schema"), content: CONTENT } }),
        content: CONTENT,
      },
    },
    schema: {
      type: ["object", "boolean", "null"],
      properties: {
        enum: { type: "array" },
        properties: mapOf(ref("schema")),
        items: ref("schema"),
        additionalProperties: { type: ["object", "boolean"], ...ref("schema") },
        not: { type: "object", properties: { required: { type: "array" } }, ...ref("schema") },
      },
    },
  },
});

/** Returns what is wrong with the shape of a document without references, or `undefined`. */
export function findWrongShape(document: object): string | undefined {
  if (validate(document)) return undefined;
  const { instancePath, keyword, params, message } = validate.errors![0] as ErrorObject<string, { type: string }>;
  const problem = keyword === "type" ? `must be ${[params.type].flat().join(" or ")}` : message;
  return `#${instancePath} ${problem}`;
}
