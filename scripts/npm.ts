import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How npm is asked. */
export interface NpmOptions {
  /** The folder to run in. Default: the current one. */
  readonly cwd?: string;
  /** Variables on top of those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs npm, the one that runs this script where there is one, and returns what it prints to standard output.
 *
 * @throws `Error` with all that npm printed when it fails.
 */
export async function npm(args: readonly string[], { cwd, env }: NpmOptions = {}): Promise<string> {
  const cli = process.env["npm_execpath"];
  const [command, ...before] = cli ? [process.execPath, cli] : ["npm"];
  const options = { ...(cwd && { cwd }), env: { ...process.env, ...env }, maxBuffer: 2 ** 26 };
  try {
    return (await run(command, [...before, ...args], options)).stdout;
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string };
    throw new Error(`npm ${args.join(" ")} failed.\n${stdout}${stderr}`, { cause });
  }
}
