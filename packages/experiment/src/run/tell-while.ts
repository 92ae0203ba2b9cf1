/**
 * Yields what some work tells while it is done.
 *
 * @param work is given what to tell with, and a signal that is aborted when nobody follows any more.
 * @returns what the work returns.
 * @throws what the work throws.
 */
export async function* tellWhile<Event, T>(
  work: (tell: (event: Event) => void, left: AbortSignal) => Promise<T>,
): AsyncGenerator<Event, T, undefined> {
  const told: Event[] = [];
  const left = new AbortController();
  let isDone = false;
  let wake = () => {};
  const tell = (event: Event) => {
    told.push(event);
    wake();
  };
  const ended = work(tell, left.signal).finally(() => {
    isDone = true;
    wake();
  });
  // It is thrown below, where somebody still follows.
  ended.catch(() => {});
  try {
    for (;;) {
      while (told.length > 0) yield told.shift()!;
      if (isDone) return await ended;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    left.abort();
  }
}
