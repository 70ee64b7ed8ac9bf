import { onAbort } from "../on-abort.ts";
import { ThrownByCaller } from "./thrown.ts";

/** What ends work early: the caller's signal, or a time limit. */
export interface TimeLimit {
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  /** Milliseconds. `Infinity` means no limit. */
  readonly ms: number;
  /** Creates the error to throw when the time limit is exceeded. */
  readonly createError: () => Error;
}

/**
 * Runs work until it settles, the caller aborts or the time limit is exceeded, whichever comes first, even if the work
 * ignores its signal. The work receives a fresh signal, so that a long-lived signal of the caller collects no listeners.
 * Afterwards neither a timer nor a listener is left. Throws a `ThrownByCaller` if the caller aborts.
 */
export async function withTimeout<T>(
  { signal: caller, ms, createError }: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (caller?.aborted) throw new ThrownByCaller(caller.reason, true);
  const controller = new AbortController();
  let stopListening: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      const stop = (reason: unknown, thrown = reason): void => {
        reject(thrown);
        controller.abort(reason);
      };
      stopListening = caller && onAbort(caller, () => stop(caller.reason, new ThrownByCaller(caller.reason, true)));
      if (ms !== Infinity) timer = setTimeout(() => stop(createError()), ms);
      work(controller.signal).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    stopListening?.();
  }
}

/** Waits. When the signal aborts, the timer is cleared and the promise stays pending. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
}
