/** How long something may take, and what to throw when it takes longer. */
export interface Limit {
  /** Milliseconds; `Infinity` for no limit. */
  readonly ms: number;
  readonly expired: () => Error;
}

/**
 * Runs work until it ends, the caller aborts, or time runs out, whichever is first, and whether or not the work itself
 * listens. The signal that the work is given is a fresh one, so that a caller's signal that lives long collects no
 * listeners; afterwards neither a timer nor a listener is left.
 */
export async function bounded<T>(
  caller: AbortSignal | undefined,
  { ms, expired }: Limit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller?.throwIfAborted();
  const own = new AbortController();
  let stop = (_reason: unknown): void => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = (reason) => {
      reject(reason);
      own.abort(reason);
    };
  });
  const abort = (): void => stop(caller?.reason);
  caller?.addEventListener("abort", abort);
  const timer = ms === Infinity ? undefined : setTimeout(() => stop(expired()), ms);
  try {
    return await Promise.race([stopped, work(own.signal)]);
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener("abort", abort);
  }
}

/** Waits; ends at once when the signal aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
}
