/**
 * Works off a list, a few items at a time, in its order. After an interrupt no more are begun; when one throws, the
 * others are interrupted too, and its error is thrown when all have come to rest.
 *
 * @param jobs items at a time.
 * @param work is given the signal that interrupts it.
 */
export async function workOff<Item>(
  items: readonly Item[],
  jobs: number,
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) {
      if (either.aborted) return;
      await work(item, either);
    }
  };
  const workers = Array.from({ length: Math.min(jobs, items.length) }, () =>
    worker().catch((error: unknown) => {
      failure.abort();
      throw error;
    }),
  );
  for (const ended of await Promise.allSettled(workers)) {
    if (ended.status === 'rejected') throw ended.reason;
  }
}
