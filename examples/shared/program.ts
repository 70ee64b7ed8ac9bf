import { isPolytomicError } from "polytomic-users";

/** An error that the user can fix. Its message says how. */
export class UsageError extends Error {}

/**
 * Runs a program with its arguments, without `--apply`. If the key is rejected or another expected error occurs, prints
 * one message instead of a stack, and ends with exit code 1.
 */
export async function run(program: (args: readonly string[]) => Promise<void>): Promise<void> {
  try {
    await program(process.argv.slice(2).filter((argument) => argument !== "--apply"));
  } catch (error) {
    if (isPolytomicError(error)) console.error(`${error.name}: ${error.message}`);
    else if (error instanceof UsageError) console.error(error.message);
    else throw error;
    process.exitCode = 1;
  }
}

/** The id of the organization that a program works with. */
export function organizationId(): string {
  const id = process.env["POLYTOMIC_ORGANIZATION_ID"];
  if (!id) throw new UsageError("Set POLYTOMIC_ORGANIZATION_ID to the id of the organization.");
  return id;
}

/** What a program prints without `--apply`. */
const HOW_TO_APPLY = "Nothing was changed. To apply this, add --apply to the command.";

/** Prints what the program will do. Returns whether `--apply` is among its arguments. */
export function isApplied(what: string): boolean {
  console.log(what);
  const applied = process.argv.includes("--apply");
  if (!applied) console.log(HOW_TO_APPLY);
  return applied;
}
