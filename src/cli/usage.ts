import { parseArgs, type ParseArgsConfig } from "node:util";

/** A mistake in the command line or in a file that it names. The message says how to correct it. The exit code is 2. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig["options"]>;

/**
 * Reads the options and arguments of a verb.
 *
 * @throws `UsageError` if an option is unknown, or has no value.
 */
export function readArguments<T extends Options>(
  verb: string,
  args: readonly string[],
  options: T,
  positionals = false,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: positionals });
  } catch (error) {
    const message = inOneLine((error as Error).message).replace(/\.?$/, ".");
    throw new UsageError(`${message} Run npx polytomic-users ${verb} --help.`, { cause: error });
  }
}

export function inOneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}
