import { BASIC, NONE } from "./constraints.ts";
import type { Constraints, Fields } from "./fields.ts";

/** A field, or a constraint on it, that is not the same on two sides. */
export interface Difference {
  readonly place: string;
  /** Omitted if only one side has the field. */
  readonly constraint?: string | undefined;
  readonly before: Constraints | undefined;
  readonly after: Constraints | undefined;
}

/** Returns the differences between the fields of two operations. The fields of a field that one side lacks are omitted. */
export function compareFields(before: Fields, after: Fields): Difference[] {
  const differences: Difference[] = [];
  const missing: string[] = [];
  for (const place of new Set([...before.keys(), ...after.keys()])) {
    const [one, other] = [before.get(place), after.get(place)];
    if (one && other) {
      const constraints = new Set([...Object.keys(one), ...Object.keys(other)]);
      for (const constraint of constraints) {
        if (one[constraint] !== other[constraint]) differences.push({ place, constraint, before: one, after: other });
      }
    } else if (!missing.some((parent) => isInside(place, parent))) {
      missing.push(place);
      differences.push({ place, before: one, after: other });
    }
  }
  return differences;
}

/** Whether `compareFields` looks at a place, with or without a constraint, so that it reports it unless both sides are the same. */
export function canDiffer(place: string, before: Fields, after: Fields): boolean {
  const [, field = place, constraint] = /^(.*?)( \([^()]*\))?$/.exec(place) ?? [];
  const [isBefore, isAfter] = [before.has(field), after.has(field)];
  if (isBefore === isAfter || constraint !== undefined) return isBefore && isAfter;
  const [present, other] = isBefore ? [before, after] : [after, before];
  return ![...present.keys()].some((parent) => !other.has(parent) && isInside(place, parent));
}

/** Whether a field is inside another one. */
export function isInside(place: string, parent: string): boolean {
  return place.startsWith(`${parent} › `) || place.startsWith(`${parent}[`);
}

/** Describes one side of a difference for people. */
export function valueOf({ constraint }: Pick<Difference, "constraint">, side: Constraints | undefined): string {
  if (constraint !== undefined) return side?.[constraint] ?? (constraint === "nullable" ? "not nullable" : NONE);
  if (!side) return NONE;
  const values = BASIC.flatMap((name) => side[name] ?? []).filter((value) => value !== NONE);
  return values.join(", ") || "without a body";
}
