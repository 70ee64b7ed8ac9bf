import { InvalidArgumentError, type CallContext } from "./errors.ts";
import { isUuid } from "./formats.ts";
import { nameType } from "./objects.ts";

/** What an item of a list is found by. */
export interface Search {
  /** The name of the field, and of the argument. */
  readonly field: string;
  readonly value: string;
}

/** Checks the argument of a search, before anything is sent. The message does not show it: it can be a misplaced key. */
export function checkSearch({ field, value }: { readonly field: string; readonly value: unknown }): void {
  if (typeof value === "string" && value.trim() !== "") return;
  const found = typeof value === "string" ? "blank" : nameType(value);
  throw new InvalidArgumentError(`\`${field}\` must be a string that is not blank, but it is ${found}.`, {
    argument: field,
  });
}

/**
 * Returns the item with the value, without regard to case, or `undefined`. Throws if there are several, because the choice
 * would depend on the order of the list.
 */
export function findItem(list: unknown, { field, value }: Search, call: CallContext): unknown {
  const found = (list as Record<string, unknown>[]).filter(({ [field]: text }) => isSameText(text, value));
  if (found.length < 2) return found[0];
  const ids = found.map(({ id }) => (isUuid(id) ? id : "one without a valid id")).join(", ");
  const message = `\`${field}\` matches ${found.length} entries of the list: ${ids}. Use the id of the one that you mean.`;
  throw Object.assign(new InvalidArgumentError(message, { argument: field }), call);
}

function isSameText(a: unknown, b: string): boolean {
  return typeof a === "string" && a.toLowerCase() === b.toLowerCase();
}
