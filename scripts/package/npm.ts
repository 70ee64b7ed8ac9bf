import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface NpmOptions {
  /** The folder to run in. Default: the current one. */
  readonly cwd?: string;
  /** Environment variables in addition to those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs the npm that runs this process, or the one on the PATH, and returns its standard output.
 *
 * @throws `Error` with everything that npm printed when it fails.
 */
export async function npm(args: readonly string[], { cwd, env }: NpmOptions = {}): Promise<string> {
  const cli = process.env["npm_execpath"];
  const [command, ...before] = cli ? ([process.execPath, cli] as const) : (["npm"] as const);
  try {
    const options = { ...(cwd && { cwd }), env: { ...process.env, ...env }, maxBuffer: 2 ** 26 };
    return (await promisify(execFile)(command, [...before, ...args], options)).stdout;
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string };
    throw new Error(`npm ${args.join(" ")} failed.\n${stdout}${stderr}`, { cause });
  }
}
