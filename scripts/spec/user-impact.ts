/**
 * `redocly diff` rates a change by its effect on HTTP traffic. Users of this package also compile against the generated
 * types, call the default server and send the API version of the spec, so these rules rate some changes differently.
 */
import type { Impact } from "./impact.ts";
import { segmentsOf, valueAt, type SpecNode } from "./pointer.ts";

/** Returns the impact of a change on users of this package, and the reason if `redocly diff` does not report one. */
export function rateForUsers(change: RedoclyChange, specs: ComparedSpecs): Pick<Rule, "impact" | "reason"> {
  if (change.impact === "major") return { impact: "major" };
  return RULES.find(({ applies }) => applies(change, specs)) ?? { impact: change.impact };
}

/** A change in the output of `redocly diff --format json`. */
export interface RedoclyChange {
  /** A JSON pointer into the resolved document. It starts at the first operation that the change affects. */
  readonly path: string;
  readonly typeName: string;
  readonly kind: "added" | "removed" | "modified";
  readonly impact: Exclude<Impact, "none">;
  readonly verdicts: readonly { readonly message: string; readonly location: Location }[];
  readonly property?: string;
  readonly base?: LocatedValue;
  readonly revision?: LocatedValue;
}

interface Location {
  readonly file: string;
  readonly pointer: string;
  readonly line: number;
}

interface LocatedValue extends Location {
  readonly value?: unknown;
}

/** The parsed documents. */
export interface ComparedSpecs {
  readonly base: SpecNode;
  readonly revision: SpecNode;
}

interface Rule {
  readonly applies: (change: RedoclyChange, specs: ComparedSpecs) => boolean;
  readonly impact: Exclude<Impact, "none">;
  /** Completes the sentence that describes the change. */
  readonly reason?: string;
}

const TEXT_NODES = /^(Contact|License|ExternalDocs|Tag|TagList|Example|ExamplesMap|Root)$/;
const TEXT_PROPERTIES = /^(description|summary|title|examples?|externalDocs|tags|termsOfService|\$comment|x-.*)$/;
const COMPONENT = /^#\/components\/(schemas|responses|parameters|requestBodies|headers|pathItems)\/[^/]+$/;
const BODY_PROPERTY = /\/requestBody\/(?!.*\/not\/).*\/properties\/[^/]+$/;

/** The first rule that applies decides. Changes that redocly rates as major stay major. */
const RULES: readonly Rule[] = [
  {
    applies: ({ typeName, property = "" }) => TEXT_NODES.test(typeName) || TEXT_PROPERTIES.test(property),
    impact: "patch",
  },
  {
    applies: ({ kind, path, property }) => COMPONENT.test(path) && (kind === "removed" || property === "key"),
    impact: "major",
    reason: "the exported type `components` no longer contains this name",
  },
  {
    applies: ({ typeName, property, base, revision }) =>
      (typeName === "PathItem" && property === "key") ||
      (typeName === "Parameter" && property === "name" && !differInCase(base?.value, revision?.value)),
    impact: "major",
    reason: "callers of `request()` use path templates and parameter names",
  },
  {
    applies: ({ typeName, kind, property, path }) =>
      typeName === "Schema" && BODY_PROPERTY.test(path) && (kind === "removed" || property === "key"),
    impact: "major",
    reason: "request bodies that contain it no longer compile",
  },
  {
    applies: ({ property, path, revision }, specs) => {
      if (revision?.value !== true) return false;
      if (property === "readOnly") return isPartOf("requestBody", path, revision, specs);
      return property === "writeOnly" && isPartOf("responses", path, revision, specs);
    },
    impact: "major",
    reason: "requests must no longer contain it, or responses no longer do",
  },
  {
    applies: ({ typeName, kind, path, revision }, { base }) =>
      typeName === "RequestBody" &&
      kind === "added" &&
      (revision?.value as { required?: unknown })?.required === true &&
      valueAt(base, path.replace(/\/requestBody$/, "")) !== undefined,
    impact: "major",
    reason: "calls without a body no longer compile",
  },
  {
    applies: ({ typeName }, { base, revision }) =>
      typeName.startsWith("Server") && valueAt(base, "#/servers/0/url") !== valueAt(revision, "#/servers/0/url"),
    impact: "major",
    reason: "clients send their keys to the first server by default",
  },
  {
    applies: ({ typeName, property }) => typeName === "Info" && property === "version",
    impact: "minor",
    reason: "clients request this API version by default",
  },
  {
    applies: ({ property }) => property === "deprecated",
    impact: "minor",
    reason: "editors and linters warn about it",
  },
  {
    applies: ({ impact }) => impact === "patch",
    impact: "minor",
    reason: "it changes the types, or what the API accepts or returns",
  },
];

/** Header names are case-insensitive. */
function differInCase(one: unknown, other: unknown): boolean {
  return String(one).toLowerCase() === String(other).toLowerCase();
}

/** Whether any request body, or any response, of the revision contains the changed value. */
function isPartOf(
  part: "requestBody" | "responses",
  path: string,
  { pointer }: LocatedValue,
  { revision }: ComparedSpecs,
): boolean {
  const component = /^#\/components\/[^/]+\/[^/]+/.exec(pointer)?.[0];
  return component === undefined ? segmentsOf(path).includes(part) : componentsOf(part, revision).has(component);
}

/** The references to the components that request bodies, or responses, consist of. */
function componentsOf(part: "requestBody" | "responses", document: SpecNode): Set<unknown> {
  const found = new Set<unknown>();
  const visit = (node: SpecNode | undefined): void => {
    if (typeof node !== "object" || node === null) return;
    const reference: unknown = node["$ref"];
    if (typeof reference === "string" && !found.has(reference)) {
      found.add(reference);
      visit(valueAt(document, reference) as SpecNode);
    }
    Object.values(node).forEach(visit);
  };
  for (const item of Object.values(document["paths"] ?? {})) {
    for (const operation of Object.values(item)) visit(operation[part]);
  }
  return found;
}
