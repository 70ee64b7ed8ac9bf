import type { Operation, Operations } from "./operations.ts";
import { NONE, type Aspects, type Places } from "./schemas.ts";

export interface Difference {
  /** Our operationId, method and path if the operation is only published, or `*` for a difference of the whole API. */
  readonly operation: string;
  /** Such as `response 200 › data › email (format)`. */
  readonly place: string;
  readonly published: string;
  readonly ours: string;
}

/** The place of an operation that only one side has. */
export const OPERATION_PLACE = "operation";

const NEWER_PLACE = "newer API version";

/** The difference that the vendor publishes a version after ours. */
export function newerVersion(published: string, ours: string): Difference {
  return { operation: "*", place: NEWER_PLACE, published, ours };
}

/** Whether only a comparison with several versions can find a difference. */
export function isAboutVersions({ place }: Difference): boolean {
  return place === NEWER_PLACE;
}

/**
 * Returns the differences between what the vendor publishes and our spec, in both directions. Unless the published
 * documents are complete, operations that only our spec has are not compared.
 */
export function differencesBetween(published: Operations, ours: Operations, isComplete: boolean): Difference[] {
  return [...new Set([...published.keys(), ...ours.keys()])].flatMap((key) => {
    const [theirs, our] = [published.get(key), ours.get(key)];
    if (theirs && our) return compare(theirs.places, our.places).map((found) => ({ operation: our.id, ...found }));
    return theirs || isComplete ? [onlyOnOneSide(theirs, our)] : [];
  });
}

function onlyOnOneSide(theirs: Operation | undefined, our: Operation | undefined): Difference {
  return {
    operation: our?.id ?? theirs!.methodAndPath,
    place: OPERATION_PLACE,
    published: theirs?.methodAndPath ?? NONE,
    ours: our?.methodAndPath ?? NONE,
  };
}

type Found = Omit<Difference, "operation">;

function compare(published: Places, ours: Places): Found[] {
  const differences: Found[] = [];
  const missing: string[] = [];
  for (const place of new Set([...published.keys(), ...ours.keys()])) {
    const [theirs, our] = [published.get(place), ours.get(place)];
    if (theirs && our) differences.push(...compareAspects(place, theirs, our));
    else if (!missing.some((parent) => isInside(place, parent))) {
      missing.push(place);
      differences.push({ place, published: summaryOf(theirs), ours: summaryOf(our) });
    }
  }
  return differences;
}

/** Whether the comparison looks at a place of an operation, so that it reports it unless both sides are the same. */
export function canDiffer(place: string, [published, ours]: readonly [Places, Places]): boolean {
  const [, whole = place, aspect] = /^(.*?)( \([^()]*\))?$/.exec(place) ?? [];
  const [isPublished, isOurs] = [published.has(whole), ours.has(whole)];
  if (isPublished === isOurs || aspect !== undefined) return isPublished && isOurs;
  const [present, other] = isPublished ? [published, ours] : [ours, published];
  return ![...present.keys()].some((parent) => !other.has(parent) && isInside(place, parent));
}

/** The fields of something that one side lacks are not reported as well. */
function isInside(place: string, parent: string): boolean {
  return place.startsWith(`${parent} › `) || place.startsWith(`${parent}[`);
}

function compareAspects(place: string, published: Aspects, ours: Aspects): Found[] {
  const names = new Set([...Object.keys(published), ...Object.keys(ours)]);
  return [...names]
    .map((name) => ({ place: `${place} (${name})`, published: published[name] ?? NONE, ours: ours[name] ?? NONE }))
    .filter((found) => found.published !== found.ours);
}

function summaryOf(aspects: Aspects | undefined): string {
  const values = Object.values(aspects ?? {}).filter((value) => value !== NONE && value !== "not nullable");
  return values.join(", ") || (aspects ? "without a body" : NONE);
}
