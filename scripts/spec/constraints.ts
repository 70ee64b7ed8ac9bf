/** The constraints that a field can have. */

/** Stands for a missing value. */
export const NONE = "none";

export const NO_ADDITIONAL_FIELDS = "no additional fields";

/** Additional fields are allowed if they match a schema. */
export const OF_A_SCHEMA = "of a schema";

/** An operation that requires no key accepts this instead of one. */
export const NO_KEY = "no key";

interface Constraint {
  /** The keywords of the spec that it is written with, unless its name is the keyword. */
  readonly keywords?: readonly string[];
  /** Whether it is a part of the summary of a field, and compared with what Polytomic publishes. */
  readonly isBasic?: true;
  readonly effects: Rate;
  readonly describe: Phrase;
}

/** Returns whether a change allows fewer values, more values or both. */
type Rate = (before: string | undefined, after: string | undefined, place: string) => Effects;
type Effects = readonly ("fewer" | "more")[];

/** Describes a change of the constraint of a field, as a clause without a full stop. */
type Phrase = (field: string, before: string | undefined, after: string | undefined) => string;

/** The rating and the description of constraints without an entry in the table. */
export function constraintNamed(name: string): Constraint {
  return CONSTRAINTS[name] ?? { effects: always([]), describe: property(`\`${name}\``) };
}

/** The constraints that a keyword of the spec is about: `type` is also about `nullable`. */
export function constraintsWrittenAs(keyword: string): readonly string[] {
  const names = Object.keys(CONSTRAINTS).filter((name) => (CONSTRAINTS[name]!.keywords ?? [name]).includes(keyword));
  return names.length > 0 ? names : [keyword];
}

const EITHER: Effects = ["fewer", "more"];

const always = (effects: Effects): Rate => {
  return () => effects;
};

/** A restriction without an order, such as a pattern: another one can allow fewer and more values. */
const restriction: Rate = (before, after) => {
  if (before === undefined) return ["fewer"];
  return after === undefined ? ["more"] : EITHER;
};

const lowerBound: Rate = (before = "-Infinity", after = "-Infinity") =>
  Number(after) > Number(before) ? ["fewer"] : ["more"];

const upperBound: Rate = (before = "Infinity", after = "Infinity") =>
  Number(after) < Number(before) ? ["fewer"] : ["more"];

const required: Rate = (_before, after) => [after === "required" ? "fewer" : "more"];

const nullable: Rate = (_before, after) => [after === undefined ? "fewer" : "more"];

const uniqueItems: Rate = (_before, after) => [after === "true" ? "fewer" : "more"];

const readOnly: Rate = (_before, after, place) =>
  after === "true" && place.startsWith("request body") ? ["fewer"] : [];

const writeOnly: Rate = (_before, after, place) => (after === "true" && place.startsWith("response ") ? ["more"] : []);

const values: Rate = (before, after) => lostAndGained(before && listIn(before), after && listIn(after));

function listIn(json: string): unknown[] {
  return JSON.parse(json) as unknown[];
}

/** An integer is a number. */
const types: Rate = (before, after) =>
  lostAndGained(typesIn(before), typesIn(after), (type, list) => type === "integer" && list.includes("number"));

function typesIn(text: string | undefined): string[] | undefined {
  return text === "any" ? undefined : text?.split(" or ");
}

/** Compares two lists of what is allowed. Without a list, everything is allowed. */
function lostAndGained<T>(
  before: T[] | "" | undefined,
  after: T[] | "" | undefined,
  isCovered: (value: T, list: T[]) => boolean = () => false,
): Effects {
  if (!before || !after) return [after ? "fewer" : "more"];
  const isIn = (value: T, list: T[]): boolean => list.includes(value) || isCovered(value, list);
  const effects: ("fewer" | "more")[] = [];
  if (before.some((value) => !isIn(value, after))) effects.push("fewer");
  if (after.some((value) => !isIn(value, before))) effects.push("more");
  return effects;
}

/** A media type that is gone affects requests and responses. One that is new affects neither. */
const content: Rate = (before, after) => {
  const lost = before?.split(", ").some((type) => type !== NONE && !after?.split(", ").includes(type));
  return lost ? EITHER : [];
};

/** Every way to authorize a request must still be enough. */
const keys: Rate = (before = NO_KEY, after = NO_KEY) => {
  const accepted = after.split(", ").map(partsOf);
  const isAccepted = (parts: string[]): boolean => accepted.some((other) => other.every((key) => parts.includes(key)));
  return before.split(", ").map(partsOf).every(isAccepted) ? [] : ["fewer"];
};

function partsOf(alternative: string): string[] {
  return alternative === NO_KEY ? [] : alternative.split(" + ");
}

const additionalFields: Rate = (before = "", after = "") => {
  const [from, to] = [strictness(before), strictness(after)];
  if (from === to) return [];
  return [to > from ? "fewer" : "more"];
};

function strictness(value: string): number {
  return ["allowed", OF_A_SCHEMA, NO_ADDITIONAL_FIELDS].indexOf(value || "allowed");
}

/** A fact about the operation or the API, which needs no field. */
const fact = (noun: string): Phrase => {
  return (_field, before = NONE, after = NONE) => `the ${noun} changed from ${before} to ${after}`;
};

/** A value of a field, such as its format. */
const property = (noun: string): Phrase => {
  return (field, before, after) => {
    if (before === undefined) return `${field} now has the ${noun} ${after}`;
    if (after === undefined) return `${field} no longer has the ${noun} ${before}`;
    return `the ${noun} of ${field} changed from ${before} to ${after}`;
  };
};

/** A limit of the values of a field, such as its maximum length. */
const limit = (noun: string): Phrase => {
  const withArticle = `${noun.startsWith("e") ? "an" : "a"} ${noun}`;
  return (field, before, after) => {
    if (before === undefined) return `${field} now has ${withArticle} of ${after}`;
    if (after === undefined) return `${field} no longer has ${withArticle} of ${before}`;
    return `the ${noun} of ${field} changed from ${before} to ${after}`;
  };
};

/** What a field is or is not. */
const state = (adjective: string): Phrase => {
  return (field, _before, after) => `${field} is ${after === "true" ? "now" : "no longer"} ${adjective}`;
};

const describeContent: Phrase = (field, before = NONE, after = NONE) => {
  if (after === NONE) return `${field} no longer has a body`;
  if (before === NONE) return `${field} now has a body (${after})`;
  return `the media type of ${field} changed from ${before} to ${after}`;
};

const describeValues: Phrase = (field, before, after) => {
  if (after === undefined) return `${field} is no longer restricted to ${alternatives(listIn(before!))}`;
  if (before === undefined) return `${field} is now restricted to ${alternatives(listIn(after))}`;
  const [from, to] = [listIn(before), listIn(after)];
  const lost = from.filter((value) => !to.includes(value));
  const gained = to.filter((value) => !from.includes(value));
  const clauses = [
    ...(lost.length > 0 ? [`can no longer be ${alternatives(lost)}`] : []),
    ...(gained.length > 0 ? [`can now be ${alternatives(gained)}`] : []),
  ];
  return clauses.length > 0 ? `${field} ${clauses.join(", and ")}` : `the order of the values of ${field} changed`;
};

function alternatives(list: readonly unknown[]): string {
  const texts = list.map((value) => JSON.stringify(value));
  return new Intl.ListFormat("en-GB", { type: "disjunction" }).format(texts);
}

const describeAdditionalFields: Phrase = (field, before, after) => {
  if (after === NO_ADDITIONAL_FIELDS) return `${field} no longer allows additional fields`;
  if (after === OF_A_SCHEMA) return `${field} now allows only additional fields that match a schema`;
  if (before === undefined || before === "allowed") return `${field} allows additional fields as before`;
  return `${field} now allows all additional fields`;
};

const describeExclusive: Phrase = (field, before, after) => {
  if (after === undefined) return `${field} may now contain ${together(before!)}`;
  if (before === undefined) return `${field} may no longer contain ${together(after)}`;
  return `${field} may no longer contain ${together(after)}, but may contain ${together(before)}`;
};

function together(names: string): string {
  const quoted = names.split(", ").map((name) => `\`${name}\``);
  return `${new Intl.ListFormat("en-GB").format(quoted)} together`;
}

function lower(noun: string): Constraint {
  return { effects: lowerBound, describe: limit(noun) };
}

function upper(noun: string): Constraint {
  return { effects: upperBound, describe: limit(noun) };
}

/** The basic ones are in the order of the summary of a field. */
const CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  required: {
    isBasic: true,
    effects: required,
    describe: (field, _before, after) => `${field} is now ${after ?? "optional"}`,
  },
  content: { isBasic: true, effects: content, describe: describeContent },
  type: { isBasic: true, effects: types, describe: property("type") },
  format: { isBasic: true, effects: restriction, describe: property("format") },
  nullable: {
    keywords: ["nullable", "type"],
    isBasic: true,
    effects: nullable,
    describe: (field, _before, after) => `${field} can ${after === undefined ? "no longer" : "now"} be null`,
  },
  enum: { keywords: ["enum", "const"], isBasic: true, effects: values, describe: describeValues },
  "additional fields": {
    keywords: ["additionalProperties"],
    isBasic: true,
    effects: additionalFields,
    describe: describeAdditionalFields,
  },
  value: { keywords: ["version"], isBasic: true, effects: always([]), describe: fact("API version") },

  // Of an operation, or of the API
  "method and path": { effects: always(EITHER), describe: fact("method and path") },
  accepted: { keywords: ["security"], effects: keys, describe: fact("accepted keys") },
  servers: { effects: always([]), describe: fact("servers of the operation") },
  url: { effects: always(EITHER), describe: fact("default server") },
  deprecated: { effects: always([]), describe: state("deprecated") },

  // Of a field
  exclusive: { keywords: ["not"], effects: restriction, describe: describeExclusive },
  readOnly: { effects: readOnly, describe: state("read-only") },
  writeOnly: { effects: writeOnly, describe: state("write-only") },
  minLength: lower("minimum length"),
  maxLength: upper("maximum length"),
  minItems: lower("minimum number of items"),
  maxItems: upper("maximum number of items"),
  minProperties: lower("minimum number of fields"),
  maxProperties: upper("maximum number of fields"),
  minimum: lower("minimum"),
  maximum: upper("maximum"),
  exclusiveMinimum: lower("exclusive minimum"),
  exclusiveMaximum: upper("exclusive maximum"),
  uniqueItems: {
    effects: uniqueItems,
    describe: (field, _before, after) =>
      `the items of ${field} ${after === "true" ? "must now be" : "no longer have to be"} unique`,
  },
  pattern: { effects: restriction, describe: property("pattern") },
  multipleOf: { effects: restriction, describe: property("`multipleOf`") },
  contentEncoding: { effects: restriction, describe: property("encoding") },
  contentMediaType: { effects: restriction, describe: property("media type") },
  contains: { effects: restriction, describe: property("`contains`") },
  propertyNames: { effects: restriction, describe: property("`propertyNames`") },
  prefixItems: { effects: restriction, describe: property("`prefixItems`") },
  dependentSchemas: { effects: restriction, describe: property("`dependentSchemas`") },
  dependentRequired: { effects: restriction, describe: property("`dependentRequired`") },
  unevaluatedItems: { effects: restriction, describe: property("`unevaluatedItems`") },
  unevaluatedProperties: { effects: restriction, describe: property("`unevaluatedProperties`") },

  // How a parameter or a key is sent
  name: { effects: always([]), describe: property("name") },
  style: { effects: always(EITHER), describe: property("style") },
  explode: { effects: always(EITHER), describe: property("`explode`") },
  allowReserved: { effects: always(EITHER), describe: property("`allowReserved`") },
  allowEmptyValue: { effects: always(EITHER), describe: property("`allowEmptyValue`") },
  in: { effects: always(EITHER), describe: property("location") },
  scheme: { effects: always(EITHER), describe: property("scheme") },
  bearerFormat: { effects: always(EITHER), describe: property("bearer format") },
  openIdConnectUrl: { effects: always(EITHER), describe: property("OpenID Connect URL") },
};

/** The names of the basic constraints. */
export const BASIC: readonly string[] = Object.keys(CONSTRAINTS).filter((name) => CONSTRAINTS[name]!.isBasic);
