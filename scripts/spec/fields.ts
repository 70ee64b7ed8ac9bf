import { operationsIn, TEXT, UnreadableError, type Document, type LocatedOperation, type LocatedParameter, type Message, type Parameter, type Schema } from "./document.ts"; // prettier-ignore

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

export const NO_ADDITIONAL_FIELDS = "no additional fields";

/** An operation that requires no key accepts this instead of one. */
export const NO_KEY = "no key";

/** Returns the fields of each operation of a document. */
export function fieldsOf(document: Document, version: string): Operation[] {
  return operationsIn(document).map((operation) => {
    const { method, path, node } = operation;
    const reading: Reading = { document, fields: new Map(), lines: new Map() };
    const { info = {} } = document.source;
    addField(reading, "API version", document.lineOf(info, "version"), { value: version });
    readOperation(reading, operation);
    return {
      id: String(node.operationId),
      methodAndPath: `${method.toUpperCase()} ${path}`,
      fields: reading.fields,
      lines: reading.lines,
      credentials: credentialsOf(document, operation),
    };
  });
}

interface Reading {
  readonly document: Document;
  readonly fields: Map<string, Constraints>;
  readonly lines: Map<string, number>;
}

/** A field that is about to be read. */
interface Part {
  readonly place: string;
  readonly line: number;
  readonly schema: Schema | undefined;
  /** The constraints that are not in the schema. */
  readonly own?: Constraints;
  /** The part of the document that these are written in. */
  readonly owner?: object;
}

function readOperation(reading: Reading, { method, path, node, parameters }: LocatedOperation): void {
  const { document } = reading;
  const { lineOf } = document;
  const servers = [...(document.paths[path]!.servers ?? []), ...(node.servers ?? [])].map(({ url }) => url).join(", ");
  const accepted = alternativesOf(document, node).map((names) => names.join(" + ") || NO_KEY).toSorted().join(", ") || NO_KEY; // prettier-ignore
  addField(reading, "operation", lineOf(document.paths[path]!, method), {
    "method and path": `${method.toUpperCase()} ${path}`,
    ...(servers && { servers }),
    ...keywordsOf(node, "deprecated"),
  });
  addField(reading, "keys", lineOf(node, "security"), { accepted });
  for (const parameter of parameters) readParameter(reading, path, parameter);
  if (node.requestBody) readMessage(reading, REQUEST_BODY, node.requestBody, lineOf(node, "requestBody"));
  for (const [status, described] of Object.entries(node.responses ?? {})) {
    const response = described ?? {};
    const place = `response ${status.replace(/xx$/, "XX")}`;
    readMessage(reading, place, response, lineOf(node.responses!, status));
    for (const [name, header] of Object.entries(response.headers ?? {})) {
      readSchema(reading, {
        place: `${place} › header ${name.toLowerCase()}`,
        line: lineOf(response.headers!, name),
        schema: schemaOf(header),
        own: { name, ...(header.required && { required: "required" }), ...keywordsOf(header, "deprecated") },
      });
    }
  }
}

/** The given keywords of a node, as far as it has them. */
function keywordsOf(node: object, ...keywords: string[]): Constraints {
  const present = Object.entries(node).filter(([keyword]) => keywords.includes(keyword));
  return Object.fromEntries(present.map(([keyword, value]) => [keyword, String(value)]));
}

function addField({ fields, lines }: Reading, place: string, line: number, constraints: Constraints): void {
  fields.set(place, constraints);
  lines.set(place, line);
}

function readParameter(reading: Reading, path: string, { parameter, line }: LocatedParameter): void {
  const own = {
    required: parameter.required === true ? "required" : "optional",
    ...(parameter.in === "header" && { name: parameter.name }),
    ...keywordsOf(parameter, "style", "explode", "allowReserved", "allowEmptyValue", "deprecated"),
  };
  readSchema(reading, { place: placeOf(parameter, path), line, schema: schemaOf(parameter), own, owner: parameter });
}

/** Path parameters have a number instead of a name, and header names are case-insensitive. */
function placeOf(parameter: { readonly in: unknown; readonly name: unknown }, path: string): string {
  const [location, name] = [String(parameter.in), String(parameter.name)];
  const names = [...path.matchAll(/\{([^{}/]*)\}/g)].map(([, each]) => each);
  if (location === "path" && names.includes(name)) return `path parameter ${names.indexOf(name) + 1}`;
  return `${location} ${quoteIfNeeded(location === "header" ? name.toLowerCase() : name)}`;
}

function schemaOf({ schema, content }: Pick<Parameter, "schema" | "content">): Schema | undefined {
  const mediaTypes = Object.entries(content ?? {});
  return schema ?? (mediaTypes.find(([name]) => /json/i.test(name)) ?? mediaTypes[0])?.[1]?.schema;
}

function readMessage(reading: Reading, place: string, message: Message, line: number): void {
  const mediaTypes = Object.keys(message.content ?? {}).map((name) => name.split(";")[0]!.trim().toLowerCase());
  const required = message.required === true ? "required" : "optional";
  const own = { ...(place === REQUEST_BODY && { required }), content: mediaTypes.toSorted().join(", ") || "none" };
  if (mediaTypes.length > 0) readSchema(reading, { place, line, schema: schemaOf(message), own, owner: message });
  else addField(reading, place, line, own);
}

/** Reads a schema, and the fields inside it. */
function readSchema(reading: Reading, { place, line, own = {}, owner = {}, ...part }: Part): void {
  const { document, lines } = reading;
  const schema = part.schema ?? {};
  const unsupported = UNSUPPORTED.find((keyword) => Object.hasOwn(schema, keyword));
  if (unsupported) throw unsupportedError(document, `\`${unsupported}\``, place);
  const isInRequest = !place.startsWith("response ");
  addField(reading, place, line, { ...own, ...constraintsOf(schema, () => unsupportedError(document, "this `not`", place)) }); // prettier-ignore
  for (const node of [owner, schema]) {
    for (const keyword of Object.keys(node)) lines.set(`${place} (${keyword})`, document.lineOf(node, keyword));
  }
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const properties = schema.properties ?? {};
  for (const name of new Set([...required, ...Object.keys(properties)])) {
    const property = (Object.hasOwn(properties, name) && properties[name]) || {};
    const isExempt = property[isInRequest ? "readOnly" : "writeOnly"] === true;
    const isRequired = required.has(name) && !isExempt;
    readSchema(reading, {
      place: `${place} › ${quoteIfNeeded(name)}`,
      line: document.lineOf(properties, name),
      schema: property,
      own: { required: isRequired ? "required" : "optional" },
    });
  }
  const { additionalProperties: others, items } = schema;
  if (typeof others === "object" && Object.keys(others).length > 0) readSchema(reading, { place: `${place} › *`, line, schema: others }); // prettier-ignore
  if (items !== undefined) readSchema(reading, { place: `${place}[]`, line: document.lineOf(schema, "items"), schema: items }); // prettier-ignore
}

/** Choices and combinations of schemas. A plain schema says the same, or the model needs a rule for them first. */
const UNSUPPORTED = ["allOf", "anyOf", "oneOf", "if"];

function unsupportedError({ name }: Document, construct: string, place: string): UnreadableError {
  return new UnreadableError(`${name} cannot be compared: ${construct} in \`${place}\` is not supported. Write a plain schema, or extend scripts/spec/fields.ts.`); // prettier-ignore
}

/** Keywords that become fields, or constraints of another name. */
const READ = /^(properties|required|items|type|nullable|enum|const|not|additionalProperties)$/;

function constraintsOf(schema: Schema, unsupportedNot: () => Error): Constraints {
  const all = [schema.type ?? []].flat().map(String);
  const types = all.filter((type) => type !== "null");
  const values = Object.hasOwn(schema, "const") ? [schema["const"]] : schema.enum;
  const isNullable =
    all.includes("null") || schema["nullable"] === true || (all.length === 0 && values?.includes(null));
  const others = Object.entries(schema).filter(([keyword]) => !READ.test(keyword) && !TEXT.test(keyword));
  const { additionalProperties } = schema;
  return {
    type: types.toSorted().join(" or ") || (isNullable ? "null" : "any"),
    ...(isNullable && { nullable: "nullable" }),
    ...(values && { enum: JSON.stringify(values) }),
    ...(additionalProperties !== undefined && { "additional fields": additionalFields(additionalProperties) }),
    ...(schema.not && { exclusive: exclusiveFields(schema.not, unsupportedNot) }),
    ...Object.fromEntries(others.map(([keyword, value]) => [keyword, typeof value === "string" ? value : JSON.stringify(value)])), // prettier-ignore
  };
}

function additionalFields(schema: boolean | Schema): string {
  if (schema === false) return NO_ADDITIONAL_FIELDS;
  return schema === true ? "allowed" : "of a schema";
}

/** The fields that exclude each other: `not: { required: [role, role_ids], properties: { role: {}, role_ids: {} } }`. */
function exclusiveFields({ required = [], properties = {}, ...others }: Schema, unsupported: () => Error): string {
  const isPlain = Object.values(properties).every((property) => Object.keys(property).length === 0);
  if (required.length < 2 || !isPlain || Object.keys(others).length > 0) throw unsupported();
  return required.toSorted().join(", ");
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
  return placeOf({ in: scheme["in"], name: scheme["name"] }, "");
}
