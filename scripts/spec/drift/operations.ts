import { isDeepStrictEqual } from "node:util";
import { Document } from "yaml";
import { mergeAllOf } from "../all-of.ts";
import type { SpecNode } from "../pointer.ts";
import { METHODS, type OpenApiDocument } from "./documents.ts";
import {
  listOf,
  objectOf,
  placesOf,
  quoteIfNeeded,
  REQUEST_BODY,
  resolve,
  textOf,
  type Aspects,
  type Part,
  type Places,
  type Reading,
} from "./schemas.ts";
import { UnreadableError } from "./sources.ts";

/** What is compared of an operation. */
export interface Operation {
  /** The operationId. */
  readonly id: string;
  /** Such as `GET /api/organization/users/{id}`. */
  readonly methodAndPath: string;
  readonly source: string;
  readonly places: Places;
}

/** By method and path, without the names of the path parameters: `GET /api/organization/users/{}`. */
export type Operations = ReadonlyMap<string, Operation>;

/** Describes the operations of some documents. An operation can be in several of them if they agree on it. */
export function operationsOf(documents: readonly OpenApiDocument[]): Operations {
  const operations = new Map<string, Operation>();
  for (const operation of documents.flatMap(readOperations)) {
    const key = operation.methodAndPath.replaceAll(PATH_PARAMETER, "{}");
    const present = operations.get(key) ?? operation;
    if (!isDeepStrictEqual(present.places, operation.places)) {
      throw new UnreadableError(
        `${present.source} and ${operation.source} describe ${operation.methodAndPath} differently. Remove the outdated one.`,
      );
    }
    operations.set(key, present);
  }
  return operations;
}

const PATH_PARAMETER = /\{([^{}/]*)\}/g;

function readOperations({ source, content, version }: OpenApiDocument): Operation[] {
  const document = new Document(content, { aliasDuplicateObjects: false });
  mergeAllOf(document);
  const reading: Reading = { source, content: document.toJS() as SpecNode, count: 0 };
  return Object.entries(reading.content["paths"]!).flatMap(([path, reference]) => {
    const item = resolve(reading, reference).node;
    return METHODS.filter((method) => Object.hasOwn(item, method)).map((method) => ({
      id: textOf(objectOf(item[method])["operationId"]),
      methodAndPath: `${method.toUpperCase()} ${path}`,
      source,
      places: new Map([
        ["API version", { value: version }],
        ...placesOfOperation(reading, path, withShared(item, objectOf(item[method]))),
      ]),
    }));
  });
}

/** Adds the parameters of the path item. Those of the operation come last, and override them. */
function withShared(item: SpecNode, operation: SpecNode): SpecNode {
  const parameters = [...listOf(item["parameters"]), ...listOf(operation["parameters"])];
  return { ...operation, parameters: parameters as unknown as SpecNode };
}

function placesOfOperation(reading: Reading, path: string, operation: SpecNode): [string, Aspects][] {
  const body = operation["requestBody"];
  return [
    ...parametersOf(reading, path, operation).flatMap((part) => placesOf(reading, part)),
    ...(body ? placesOfBody(reading, REQUEST_BODY, body) : []),
    ...Object.entries(objectOf(operation["responses"])).flatMap(([status, response]) =>
      placesOfBody(reading, `response ${status.replace(/xx$/, "XX")}`, response),
    ),
  ];
}

/** The parameters of an operation, and the headers or other parameters that its security requires. */
function parametersOf(reading: Reading, path: string, operation: SpecNode): Part[] {
  const names = [...path.matchAll(PATH_PARAMETER)].map(([, name]) => name!);
  const parameters = new Map<string, Part>(credentialsOf(reading, operation).map((part) => [part.place, part]));
  for (const reference of listOf(operation["parameters"])) {
    const parameter = resolve(reading, reference).node;
    const isRequired = (parameter["required"] as unknown) === true;
    const place = placeOfParameter(textOf(parameter["in"]), textOf(parameter["name"]), names);
    const schema = parameter["schema"] ?? jsonOf(parameter["content"])?.["schema"];
    parameters.set(place, { place, schema, aspects: { required: isRequired ? "required" : "optional" } });
  }
  return [...parameters.values()];
}

/** Path parameters have a number instead of a name, and header names are case-insensitive. */
function placeOfParameter(location: string, name: string, pathNames: readonly string[]): string {
  if (location === "path" && pathNames.includes(name)) return `path parameter ${pathNames.indexOf(name) + 1}`;
  return `${location} ${quoteIfNeeded(location === "header" ? name.toLowerCase() : name)}`;
}

/** The vendor's pages document credentials as a required header, and our spec as security. Both become a header. */
function credentialsOf(reading: Reading, operation: SpecNode): Part[] {
  const alternatives = listOf(operation["security"] ?? reading.content["security"]).map((requirement) =>
    Object.keys(objectOf(requirement)).map((name) => placeOfCredential(reading, name)),
  );
  return [...new Set(alternatives.flat())].map((place) => {
    const isRequired = alternatives.every((places) => places.includes(place));
    return { place, schema: { type: "string" }, aspects: { required: isRequired ? "required" : "optional" } };
  });
}

function placeOfCredential(reading: Reading, scheme: string): string {
  const {
    type,
    in: location,
    name,
  } = resolve(reading, reading.content["components"]?.["securitySchemes"]?.[scheme]).node;
  return textOf(type) === "apiKey" ? placeOfParameter(textOf(location), textOf(name), []) : "header authorization";
}

function placesOfBody(reading: Reading, place: string, reference: unknown): [string, Aspects][] {
  const body = resolve(reading, reference).node;
  const content = objectOf(body["content"]);
  const mediaTypes = Object.keys(content).map((name) => name.split(";")[0]!.trim().toLowerCase());
  const isRequired = (body["required"] as unknown) === true;
  const aspects: Aspects = {
    ...(place === REQUEST_BODY && { required: isRequired ? "required" : "optional" }),
    content: mediaTypes.toSorted().join(", ") || "none",
  };
  return mediaTypes.length === 0
    ? [[place, aspects]]
    : placesOf(reading, { place, schema: jsonOf(content)?.["schema"], aspects });
}

function jsonOf(content: unknown): SpecNode | undefined {
  const mediaTypes = Object.entries(objectOf(content));
  return (mediaTypes.find(([name]) => /json/i.test(name)) ?? mediaTypes[0])?.[1];
}
