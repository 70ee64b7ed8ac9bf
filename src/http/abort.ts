/**
 * Runs work that ends when the caller's signal aborts, with `signal.reason`, whether or not the work itself listens.
 * The signal that the work is given is a fresh one, so that a signal that lives long collects no listeners.
 */
export async function abortable<T>(
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller?.throwIfAborted();
  const own = new AbortController();
  let stop = (): void => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(caller?.reason);
      own.abort(caller?.reason);
    };
  });
  caller?.addEventListener("abort", stop);
  try {
    return await Promise.race([stopped, work(own.signal)]);
  } finally {
    caller?.removeEventListener("abort", stop);
  }
}
