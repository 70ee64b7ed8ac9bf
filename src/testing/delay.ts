import { onAbort } from "../on-abort.ts";

/**
 * Waits, unless the caller aborts.
 *
 * @param ms How long to wait, in milliseconds.
 * @param signal Ends the wait when it aborts: the promise rejects with the signal's reason.
 */
export function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (ms === 0) return Promise.resolve();
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const stopListening =
      signal &&
      onAbort(signal, () => {
        clearTimeout(timer);
        stopListening?.();
        reject(signal.reason);
      });
    const timer = setTimeout(() => {
      stopListening?.();
      resolve();
    }, ms);
  });
}
