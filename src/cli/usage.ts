import { parseArgs, type ParseArgsConfig } from "node:util";

/** Ends the command with a message and an exit code. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** A mistake in the command line or in a file that it names. The message says how to correct it. */
export class UsageError extends CommandError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, 2, options);
  }
}

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
    const { message, code } = error as NodeJS.ErrnoException;
    const names = Object.keys(options).map((name) => `--${name}`);
    const problem =
      code === "ERR_PARSE_ARGS_UNKNOWN_OPTION"
        ? `${message.split(". To specify", 1)[0]}. Options: ${names.join(", ")}`
        : inOneLine(message);
    throw new UsageError(`${problem.replace(/\.?$/, ".")} Run npx polytomic-users ${verb} --help.`, { cause: error });
  }
}

export function inOneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}
