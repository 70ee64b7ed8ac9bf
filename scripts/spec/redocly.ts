import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Runs the installed redocly with its telemetry turned off. */
export function redocly(...args: string[]): Promise<RedoclyRun> {
  const cli = join(dirname(createRequire(import.meta.url).resolve("@redocly/cli/package.json")), "bin/cli.js");
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], { env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const status = error ? (typeof error.code === "number" ? error.code : undefined) : 0;
      resolve({ status, stdout, stderr });
    });
  });
}

export interface RedoclyRun {
  /** The exit code, or `undefined` if redocly was killed. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}
