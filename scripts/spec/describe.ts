import { isInside, valueOf } from "./compare.ts";
import { constraintNamed, NONE } from "./constraints.ts";
import { REQUEST_BODY } from "./fields.ts";
import { IMPACTS, isGreater, type Change } from "./impact.ts";

/** A change of some operations, as a user would describe it. */
export interface DescribedChange extends Pick<Change, "impact" | "side" | "line"> {
  readonly sentence: string;
}

/**
 * Describes changes in sentences, the greatest impact first. Operations with the same change share a sentence. What
 * follows from another change is omitted.
 */
export function describeChanges(changes: readonly Change[], operationCount: number): DescribedChange[] {
  const groups = new Map<string, Change[]>();
  for (const change of withoutConsequences(changes)) {
    const key = JSON.stringify([change.impact, predicateOf(change)]);
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  const described = [...groups.values()].map((group) => {
    const { impact, side, line } = group[0]!;
    const operations = new Set(group.flatMap(({ operation }) => operation ?? []));
    const predicate = predicateOf(group[0]!);
    return { impact, side, line, sentence: sentenceOf(predicate, [...operations], operationCount) };
  });
  return described.toSorted((one, other) => IMPACTS.indexOf(other.impact) - IMPACTS.indexOf(one.impact));
}

/** Omits new components that another change uses, and what follows from a change that is described. */
function withoutConsequences(changes: readonly Change[]): readonly Change[] {
  const isNewComponent = ({ place, after }: Change): boolean => place.startsWith("components ") && after !== undefined;
  if (changes.every(isNewComponent)) return changes;
  const causes = changes.filter(isCause);
  return changes.filter(
    (change) => !isNewComponent(change) && !causes.some((cause) => cause !== change && follows(change, cause)),
  );
}

function isCause({ constraint, before, after }: Change): boolean {
  if (constraint === "content") return before?.["content"] === NONE || after?.["content"] === NONE;
  return constraint === "readOnly" || constraint === "writeOnly";
}

/** Content that is lost or new implies the fields in it, and a field that is not sent is not required. */
function follows(change: Change, cause: Change): boolean {
  if (change.operation !== cause.operation || isGreater(change.impact, cause.impact)) return false;
  const isAtCause = change.place === cause.place;
  if (cause.constraint !== "content") return isAtCause && change.constraint === "required";
  if (isAtCause) return change.constraint !== "required";
  return isInside(change.place, cause.place) && !change.place.includes(" › header ");
}

function sentenceOf(predicate: Predicate, operations: readonly string[], operationCount: number): string {
  if (operations.length === 0) return `${predicate.many}.`;
  const names = new Intl.ListFormat("en-GB").format(operations.map((id) => `\`${id}\``));
  const isAll = operations.length === operationCount && operationCount > 1;
  return `${isAll ? "All operations" : names}${operations.length === 1 ? predicate.one : predicate.many}.`;
}

/** What a sentence says about one operation, and about several. Without an operation, the whole sentence. */
interface Predicate {
  readonly one: string;
  readonly many: string;
}

function predicateOf(change: Change): Predicate {
  const { operation, place, constraint, before, after } = change;
  if (operation === undefined) return same(describeApiChange(change));
  if (constraint === "deprecated" && place === "operation") {
    return verb("is", "are", after?.["deprecated"] === "true" ? "now deprecated" : "no longer deprecated");
  }
  if (constraint !== undefined) return same(`: ${describeConstraint(change, constraint, nameOf(change))}`);
  if (place === "operation") return before ? verb("was", "were", "removed") : verb("is", "are", "new");
  const isResponse = place.startsWith("response ");
  const name = place === REQUEST_BODY ? "a body" : nameOf(change);
  if (!after) return verb("no longer", "no longer", `${isResponse ? "returns" : "accepts"} ${name}`);
  const summary = valueOf(change, after);
  if (isResponse) return verb("returns", "return", `${name} (${summary})`);
  if (after["required"] !== "required") return verb("accepts", "accept", `${name} (${summary})`);
  return verb("requires", "require", `${name} (${summary.replace(/^required, /, "")})`);
}

function verb(one: string, many: string, rest: string): Predicate {
  return { one: ` ${one} ${rest}`, many: ` ${many} ${rest.replace(/^(return|accept)s /, "$1 ")}` };
}

function same(text: string): Predicate {
  return { one: text, many: text };
}

function describeConstraint({ before, after }: Change, constraint: string, field: string): string {
  return constraintNamed(constraint).describe(field, before?.[constraint], after?.[constraint]);
}

/** The name of a field for users, who know neither the envelope nor the status of a success. */
function nameOf({ place, before, after }: Change): string {
  const [owner = "", ...path] = place.split(" › ");
  const header = (after ?? before)?.["name"];
  if (owner.startsWith("response ")) return nameInResponse(owner.slice("response ".length), path, header);
  if (owner === REQUEST_BODY) return path.length > 0 ? `\`${path.join(" › ")}\` in the body` : "the body";
  if (owner === "operation" || owner.startsWith("path ")) return owner === "operation" ? "the operation" : owner;
  const [, location, name] = /^(\w+) (.*)$/.exec(place) ?? [];
  const kind = location === "header" ? "header" : `${location} parameter`;
  return name ? `the ${kind} \`${header ?? name}\`` : `\`${place}\``;
}

function nameInResponse(status: string, path: readonly string[], header: string | undefined): string {
  const [first] = path;
  if (first === undefined) return `the status ${status}`;
  if (first.startsWith("header ")) return `the header \`${header ?? first.slice("header ".length)}\``;
  if (!status.startsWith("2")) return `\`${path.join(" › ")}\` in errors`;
  const isInEnvelope = path.length > 1 && /^data(\[\])?$/.test(first);
  return `\`${path.slice(isInEnvelope ? 1 : 0).join(" › ")}\``;
}

/** What belongs to no operation. */
function describeApiChange(change: Change): string {
  const { place, constraint, after } = change;
  if (place === "text") return "Only descriptions, examples or the order of lists changed";
  if (place === "webhooks") return "Only `webhooks` changed, which the client does not use";
  if (constraint !== undefined) {
    const clause = describeConstraint(change, constraint, `the ${place.replace(/ (.*)/, " `$1`")}`);
    return clause.charAt(0).toUpperCase() + clause.slice(1);
  }
  return `${apiPartAt(place)} ${after ? "is new" : "was removed"}`;
}

function apiPartAt(place: string): string {
  if (!place.startsWith("components ")) return `The ${place}`;
  const names = place.slice("components ".length).split(" › ");
  return `\`components${names.map((name) => `["${name}"]`).join("")}\` of the exported types`;
}
