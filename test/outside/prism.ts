import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

const PRISM = fileURLToPath(new URL("node_modules/@stoplight/prism-cli/dist/index.js", import.meta.url));
const SPEC = fileURLToPath(new URL("../../spec/openapi.yaml", import.meta.url));

/** Starts Prism on a free port of this machine, and stops it after the tests of the file. Returns its URL. */
export async function startPrism(command: "mock" | "proxy", ...options: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [PRISM, command, "--errors", "--port", "0", SPEC, ...options], {
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = (): void => void child.kill();
  process.once("exit", kill);
  const ended = once(child, "exit");
  afterAll(async () => {
    process.off("exit", kill);
    kill();
    await ended;
  });
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (chunk: Buffer): void => {
      output = `${output}${String(chunk)}`.slice(-10_000);
      const url = /listening on (http:\/\/127\.0\.0\.1:\d+)\s/.exec(output)?.[1];
      if (url) resolve(url);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    void ended.then(() => reject(new Error(`Prism ended before it listened.\n${output}`)));
  });
}

/** A violation of the spec that Prism reports in the header `sl-violations`. */
export interface Violation {
  readonly location: readonly string[];
  readonly severity: string;
  readonly code?: string | number;
  readonly message: string;
}

/** The status of a response, and what Prism found wrong with the request or the response. */
export function outcomeOf({ status, headers }: Response): { status: number; violations: Violation[] } {
  return { status, violations: JSON.parse(headers.get("sl-violations") ?? "[]") as Violation[] };
}
