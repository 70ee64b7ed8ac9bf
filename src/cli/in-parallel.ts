/** Works on several items at the same time, and returns the results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  atTheSameTime: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries(); // the workers share it
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atTheSameTime, items.length) }, worker));
  return results;
}
