import { constants } from "node:os";
import { note } from "./print.ts";

export interface Interruption {
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** The exit code of an interrupted process, such as 130; `undefined` without an interruption. */
  exitCode(): number | undefined;
}

/** In milliseconds. On Ctrl-C, a process that npm has started can get the signal twice: from the terminal and from npm. */
const SAME_KEYPRESS = 300;

/** On the first Ctrl-C or SIGTERM, nothing new starts, and what runs is finished. The second one ends the process. */
export function watchInterruption(): Interruption {
  const controller = new AbortController();
  let exitCode: number | undefined;
  let first = 0;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (exitCode !== undefined && performance.now() < first + SAME_KEYPRESS) return;
      if (exitCode !== undefined) process.exit(exitCode);
      first = performance.now();
      exitCode = 128 + constants.signals[name];
      note("\nStopping after the running calls. Press Ctrl-C again to stop at once.");
      controller.abort();
    });
  }
  return { signal: controller.signal, exitCode: () => exitCode };
}
