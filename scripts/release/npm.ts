import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How npm is asked. */
export interface NpmOptions {
  /** The folder to run in. Default: the current one. */
  readonly cwd?: string;
  /** Variables of the environment, besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs npm, the one that runs this script where there is one, and returns what it prints to standard output.
 *
 * @throws `Error` with all that npm printed when it fails.
 */
export async function npm(args: readonly string[], { cwd, env }: NpmOptions = {}): Promise<string> {
  const [command, ...before] = npmCommand();
  try {
    const options = { ...(cwd && { cwd }), env: { ...process.env, ...env }, maxBuffer: 2 ** 26 };
    return (await run(command, [...before, ...args], options)).stdout;
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string };
    throw new Error(`npm ${args.join(" ")} failed.\n${stdout}${stderr}`, { cause });
  }
}

/**
 * Runs npm in the terminal of this script, where it can ask for a one-time password.
 *
 * @throws `Error` when it fails.
 */
export async function npmInTerminal(args: readonly string[]): Promise<void> {
  const [command, ...before] = npmCommand();
  const [code] = (await once(spawn(command, [...before, ...args], { stdio: "inherit" }), "close")) as [number | null];
  if (code !== 0) throw new Error(`npm ${args.join(" ")} failed.`);
}

function npmCommand(): [command: string, ...args: string[]] {
  const cli = process.env["npm_execpath"];
  return cli ? [process.execPath, cli] : ["npm"];
}
