import { constraintsWrittenAs, NO_ADDITIONAL_FIELDS, NO_KEY, OF_A_SCHEMA } from "./constraints.ts";
import {
  operationsIn,
  TEXT,
  UnsupportedError,
  type Document,
  type LocatedOperation,
  type LocatedParameter,
  type Message,
  type Parameter,
  type Schema,
} from "./document.ts";

/** The constraints on a field, by name: `{ required: "optional", type: "string", maxLength: "254" }`. */
export type Constraints = Readonly<Record<string, string>>;

/**
 * The fields of an operation by their place, such as `query force`, `request body › email` and
 * `response 200 › data[] › email`. A field comes before the fields inside it.
 */
export type Fields = ReadonlyMap<string, Constraints>;

export interface Operation {
  readonly id: string;
  /** Such as `GET /api/organization/users/{id}`. */
  readonly methodAndPath: string;
  readonly fields: Fields;
  /** The lines of the fields, and of their constraints: `query force` and `query force (type)`. */
  readonly lines: ReadonlyMap<string, number>;
  /** The headers or other parameters that the keys of the operation are sent in. */
  readonly credentials: Fields;
}

/** The place of a request body. */
export const REQUEST_BODY = "request body";

/** Returns the fields of each operation of a document. */
export function fieldsOf(document: Document, version: string): Operation[] {
  return operationsIn(document).map((operation) => {
    const { method, path, node } = operation;
    const collected: CollectedFields = { document, fields: new Map(), lines: new Map() };
    const info = document.source.info ?? {};
    addField(collected, "API version", document.lineOf(info, "version"), { value: version }, info);
    readOperation(collected, operation);
    return {
      id: String(node.operationId),
      methodAndPath: `${method.toUpperCase()} ${path}`,
      fields: collected.fields,
      lines: collected.lines,
      credentials: credentialsOf(document, operation),
    };
  });
}

export interface CollectedFields {
  readonly document: Document;
  readonly fields: Map<string, Constraints>;
  readonly lines: Map<string, number>;
}

interface SchemaAtPlace {
  readonly place: string;
  readonly line: number;
  readonly schema: Schema | undefined;
  /** The constraints that are not in the schema. */
  readonly own?: Constraints;
  /** The part of the document that these are written in. */
  readonly owner?: object;
}

function readOperation(collected: CollectedFields, { method, path, node, parameters }: LocatedOperation): void {
  const { document } = collected;
  const { lineOf } = document;
  const item = document.paths[path]!;
  const line = lineOf(item, method);
  const servers = [...(item.servers ?? []), ...(node.servers ?? [])].map(({ url }) => url).join(", ");
  const constraints = {
    "method and path": `${method.toUpperCase()} ${path}`,
    ...(servers && { servers }),
    ...keywordsOf(node, "deprecated"),
  };
  addField(collected, "operation", line, constraints, node);
  const accepted = alternativesOf(document, node).map((names) => names.join(" + ") || NO_KEY);
  const owner = node.security ? node : document.source;
  addField(collected, "keys", owner.security ? lineOf(owner, "security") : line, {
    accepted: accepted.toSorted().join(", ") || NO_KEY,
  });
  for (const parameter of parameters) readParameter(collected, path, parameter);
  if (node.requestBody) readMessage(collected, REQUEST_BODY, node.requestBody, lineOf(node, "requestBody"));
  for (const [status, response] of Object.entries(node.responses ?? {})) {
    readResponse(collected, `response ${status.replace(/xx$/, "XX")}`, response ?? {}, lineOf(node.responses!, status));
  }
}

function readResponse(collected: CollectedFields, place: string, response: Message, line: number): void {
  readMessage(collected, place, response, line);
  for (const [name, header] of Object.entries(response.headers ?? {})) {
    readSchema(collected, {
      place: `${place} › header ${name.toLowerCase()}`,
      line: collected.document.lineOf(response.headers!, name),
      schema: schemaOf(header),
      own: { name, ...(header.required && { required: "required" }), ...keywordsOf(header, "deprecated") },
      owner: header,
    });
  }
}

/** The given keywords of a node, as far as it has them. */
function keywordsOf(node: object, ...keywords: string[]): Constraints {
  const present = Object.entries(node).filter(([keyword]) => keywords.includes(keyword));
  return Object.fromEntries(present.map(([keyword, value]) => [keyword, String(value)]));
}

/** Adds a field with its line, and with the lines of the keywords in the part of the document that describes it. */
export function addField(
  collected: CollectedFields,
  place: string,
  line: number,
  constraints: Constraints,
  owner: object = {},
): void {
  collected.fields.set(place, constraints);
  collected.lines.set(place, line);
  recordLines(collected, place, owner);
}

function recordLines(
  { document, lines }: CollectedFields,
  place: string,
  owner: object,
  isRecorded: (keyword: string) => boolean = () => true,
): void {
  for (const keyword of Object.keys(owner).filter(isRecorded)) {
    for (const constraint of constraintsWrittenAs(keyword)) {
      lines.set(`${place} (${constraint})`, document.lineOf(owner, keyword));
    }
  }
}

function readParameter(collected: CollectedFields, path: string, { parameter, line }: LocatedParameter): void {
  const own = {
    required: parameter.required === true ? "required" : "optional",
    ...(parameter.in === "header" && { name: parameter.name }),
    ...keywordsOf(parameter, "style", "explode", "allowReserved", "allowEmptyValue", "deprecated"),
  };
  readSchema(collected, {
    place: placeOfParameter(parameter, path),
    line,
    schema: schemaOf(parameter),
    own,
    owner: parameter,
  });
}

/** Path parameters have a number instead of a name, and header names are case-insensitive. */
function placeOfParameter(parameter: { readonly in: unknown; readonly name: unknown }, path: string): string {
  const [location, name] = [String(parameter.in), String(parameter.name)];
  const names = [...path.matchAll(/\{([^{}/]*)\}/g)].map(([, each]) => each);
  if (location === "path" && names.includes(name)) return `path parameter ${names.indexOf(name) + 1}`;
  return `${location} ${quoteIfNeeded(location === "header" ? name.toLowerCase() : name)}`;
}

function schemaOf({ schema, content }: Pick<Parameter, "schema" | "content">): Schema | undefined {
  const mediaTypes = Object.entries(content ?? {});
  return schema ?? (mediaTypes.find(([name]) => /json/i.test(name)) ?? mediaTypes[0])?.[1]?.schema;
}

function readMessage(collected: CollectedFields, place: string, message: Message, line: number): void {
  const mediaTypes = Object.keys(message.content ?? {}).map((name) => name.split(";")[0]!.trim().toLowerCase());
  const required = message.required === true ? "required" : "optional";
  const own = { ...(place === REQUEST_BODY && { required }), content: mediaTypes.toSorted().join(", ") || "none" };
  if (mediaTypes.length > 0) readSchema(collected, { place, line, schema: schemaOf(message), own, owner: message });
  else addField(collected, place, line, own, message);
}

/** Reads a schema, and the fields inside it. */
function readSchema(collected: CollectedFields, { place, line, own = {}, owner = {}, ...part }: SchemaAtPlace): void {
  const { document } = collected;
  const { lineOf } = document;
  const schema = part.schema ?? {};
  const unsupported = UNSUPPORTED.find((keyword) => Object.hasOwn(schema, keyword));
  if (unsupported) throw new UnsupportedError(document, `\`${unsupported}\``, place);
  if (schema.not && !isExclusion(schema.not)) throw new UnsupportedError(document, "this `not`", place);
  addField(collected, place, line, { ...own, ...constraintsOf(schema) });
  recordLines(collected, place, owner);
  recordLines(collected, place, schema, (keyword) => keyword !== "required"); // it is about the properties
  readProperties(collected, place, schema);
  const { additionalProperties: others, items } = schema;
  if (typeof others === "object" && Object.keys(others).length > 0) {
    readSchema(collected, { place: `${place} › *`, line, schema: others });
  }
  if (items !== undefined) readSchema(collected, { place: `${place}[]`, line: lineOf(schema, "items"), schema: items });
}

function readProperties(collected: CollectedFields, place: string, schema: Schema): void {
  const { lineOf } = collected.document;
  const { required } = schema;
  const properties = schema.properties ?? {};
  const requiredNames = Array.isArray(required) ? required.map(String) : [];
  for (const name of new Set([...requiredNames, ...Object.keys(properties)])) {
    const property = `${place} › ${quoteIfNeeded(name)}`;
    readSchema(collected, {
      place: property,
      line: lineOf(properties, name),
      schema: Object.hasOwn(properties, name) ? properties[name] : undefined,
      own: { required: requiredNames.includes(name) ? "required" : "optional" },
    });
    if (required) collected.lines.set(`${property} (required)`, lineOf(schema, "required"));
  }
}

/** Choices and combinations of schemas. A plain schema says the same, or the model needs a rule for them first. */
const UNSUPPORTED = ["allOf", "anyOf", "oneOf", "if"];

/** Whether a `not` forbids fields together: `{ required: [role, role_ids], properties: { role: {}, role_ids: {} } }`. */
function isExclusion({ required = [], properties = {}, ...others }: Schema): boolean {
  const isPlain = Object.values(properties).every((property) => Object.keys(property).length === 0);
  return required.length >= 2 && isPlain && Object.keys(others).length === 0;
}

/** Keywords that become fields, or constraints of another name. */
const READ = /^(properties|required|items|type|nullable|enum|const|not|additionalProperties)$/;

function constraintsOf(schema: Schema): Constraints {
  const all = [schema.type ?? []].flat().map(String);
  const types = all.filter((type) => type !== "null");
  const values = Object.hasOwn(schema, "const") ? [schema["const"]] : schema.enum;
  const isNullable =
    all.includes("null") || schema["nullable"] === true || (all.length === 0 && values?.includes(null));
  const others = Object.entries(schema)
    .filter(([keyword]) => !READ.test(keyword) && !TEXT.test(keyword))
    .map(([keyword, value]) => [keyword, typeof value === "string" ? value : JSON.stringify(value)] as const);
  const { additionalProperties } = schema;
  return {
    type: types.toSorted().join(" or ") || (isNullable ? "null" : "any"),
    ...(isNullable && { nullable: "nullable" }),
    ...(values && { enum: JSON.stringify(values) }),
    ...(additionalProperties !== undefined && { "additional fields": additionalFields(additionalProperties) }),
    ...(schema.not && { exclusive: schema.not.required!.toSorted().join(", ") }),
    ...Object.fromEntries(others),
  };
}

function additionalFields(schema: boolean | Schema): string {
  if (schema === false) return NO_ADDITIONAL_FIELDS;
  return schema === true ? "allowed" : OF_A_SCHEMA;
}

/** A name with unusual characters is quoted, so that it cannot be confused with another place. */
function quoteIfNeeded(name: string): string {
  return /^[\w$.-]+$/.test(name) ? name : JSON.stringify(name);
}

/** The alternatives to authorize a request, each with the names of the keys that it needs. */
function alternativesOf({ source }: Document, { security }: LocatedOperation["node"]): string[][] {
  const alternatives = security ?? source.security ?? [];
  return alternatives.map((requirement) => Object.keys(requirement).toSorted());
}

/** Polytomic's pages document credentials as a required header, and our spec as security. Both become a header. */
function credentialsOf(document: Document, { node }: LocatedOperation): Fields {
  const alternatives = alternativesOf(document, node).map((names) => names.map((name) => placeOfKey(document, name)));
  const places = [...new Set(alternatives.flat())].map((place): [string, Constraints] => {
    const isRequired = alternatives.every((alternative) => alternative.includes(place));
    return [place, { required: isRequired ? "required" : "optional", type: "string" }];
  });
  return new Map(places);
}

function placeOfKey({ source }: Document, name: string): string {
  const scheme = source.components?.["securitySchemes"]?.[name];
  if (scheme?.["type"] !== "apiKey") return "header authorization";
  return placeOfParameter({ in: scheme["in"], name: scheme["name"] }, "");
}
