import { valueOf } from "./compare.ts";
import { IMPACTS, type Change } from "./impact.ts";

/** A change of some operations, as a user would describe it. */
export interface DescribedChange extends Pick<Change, "impact" | "side" | "line"> {
  readonly sentence: string;
}

/**
 * Describes changes in sentences, the greatest impact first. Operations with the same change share a sentence. New
 * components are omitted if another change uses them.
 */
export function describeChanges(changes: readonly Change[], operationCount: number): DescribedChange[] {
  const isNewComponent = ({ place, after }: Change): boolean => place.startsWith("components ") && after !== undefined;
  const told = changes.every(isNewComponent) ? changes : changes.filter((change) => !isNewComponent(change));
  const groups = new Map<string, Change[]>();
  for (const change of told) {
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
  if (constraint !== undefined) {
    const values = `changed from ${valueOf(change, before)} to ${valueOf(change, after)}`;
    return same(`: ${CONSTRAINTS[constraint] ?? `${constraint} of ${nameOf(place)}`} ${values}`);
  }
  if (place === "operation") return before ? verb("was", "were", "removed") : verb("is", "are", "new");
  const isResponse = place.startsWith("response ");
  if (!after) return verb("no longer", "no longer", `${isResponse ? "returns" : "accepts"} ${nameOf(place)}`);
  const what = `${nameOf(place)} (${valueOf(change, after)})`;
  if (isResponse) return verb("returns", "return", what);
  return after["required"] === "required" ? verb("requires", "require", what) : verb("accepts", "accept", what);
}

function verb(one: string, many: string, rest: string): Predicate {
  return { one: ` ${one} ${rest}`, many: ` ${many} ${rest.replace(/^(return|accept)s /, "$1 ")}` };
}

function same(text: string): Predicate {
  return { one: text, many: text };
}

/** The constraints that are about a whole operation. */
const CONSTRAINTS: Readonly<Record<string, string>> = {
  "method and path": "method and path",
  accepted: "the keys that it accepts",
  value: "the API version",
};

/** The name of a field for users, who know neither the envelope nor the status of a success. */
function nameOf(place: string): string {
  const [, kind = "", status = "", path = ""] =
    /^(response|request body|\w+)(?: ([^ ]+))?(?: › (.*))?$/.exec(place) ?? [];
  if (path.startsWith("header ")) return `the header \`${path.slice("header ".length)}\``;
  const field = `\`${path.replace(/^data(\[\])?( › |$)/, "") || "data"}\``;
  if (kind === "request body") return path ? `\`${path}\` in the body` : "a body";
  if (kind === "response") return path ? (status === "200" ? field : `\`${path}\` in errors`) : `the status ${status}`;
  return kind === "query" || kind === "cookie" ? `the ${kind} parameter \`${status}\`` : place === "operation" ? "the operation" : `the ${place.replace(/ (.*)/, " `$1`")}`; // prettier-ignore
}

function describeApiChange(change: Change): string {
  const { place, constraint, before, after } = change;
  if (place === "text") return "Only descriptions, examples or the order of lists changed";
  if (constraint !== undefined) return `The ${place}: ${constraint} changed from ${valueOf(change, before)} to ${valueOf(change, after)}`; // prettier-ignore
  const name = place.startsWith("components ") ? `\`components["${place.slice("components ".length).replace(" › ", '"]["')}"]\` of the exported types` : `The ${place}`; // prettier-ignore
  return `${name} ${after ? "is new" : "was removed"}`;
}
