/** Reads an environment variable. Returns `undefined` if it is empty, or if the runtime has no readable environment. */
export function environment(name: string): string | undefined {
  try {
    // oxlint-disable-next-line no-restricted-globals -- guarded, and the only place that reads it
    return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name] || undefined;
  } catch {
    return undefined;
  }
}
