/** Events of a server, as they come. */
export interface Events<T> {
  /** All so far. */
  readonly seen: T[];
  /** The next one. @throws when the connection ends. */
  next(): Promise<T>;
  /** The next one of which that is true. */
  until(isIt: (event: T) => boolean): Promise<T>;
  close(): Promise<void>;
}

/** Listens to server-sent events. */
export async function listen<T>(address: string): Promise<Events<T>> {
  const controller = new AbortController();
  const { body, headers } = await fetch(address, { signal: controller.signal });
  if (!headers.get('content-type')?.startsWith('text/event-stream')) throw new Error('these are not events');
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  const seen: T[] = [];
  let rest = '';
  const next = async (): Promise<T> => {
    for (;;) {
      const end = rest.indexOf('\n\n');
      if (end < 0) {
        const { done, value } = await reader.read();
        if (done) throw new Error('the connection has ended');
        rest += value;
        continue;
      }
      const data = /^data: (.*)$/m.exec(rest.slice(0, end))?.[1];
      rest = rest.slice(end + 2);
      if (data === undefined) continue;
      seen.push(JSON.parse(data));
      return seen.at(-1)!;
    }
  };
  return {
    seen,
    next,
    async until(isIt) {
      for (;;) {
        const event = await next();
        if (isIt(event)) return event;
      }
    },
    async close() {
      controller.abort();
    },
  };
}
