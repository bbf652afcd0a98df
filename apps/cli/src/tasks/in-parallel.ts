/** Does a piece of work for each item, some at a time. An aborted signal lets what is under way finish and begins no more. */
export async function inParallel<T>(
  items: readonly T[],
  concurrency: number,
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  // All take from one iterator, so each item is taken once.
  const waiting = items.values();
  const worker = async () => {
    while (!signal.aborted) {
      const { done, value } = waiting.next();
      if (done === true) return;
      await work(value);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}
