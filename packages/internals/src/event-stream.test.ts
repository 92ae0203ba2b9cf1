import { describe, expect, it } from 'vitest';
import { EventStream } from './event-stream.js';

/** Returns a stream of 1, 2 and 3, beside what has been done of its work. */
function stream({ failing = false } = {}) {
  const done: (number | string)[] = [];
  async function* work(): AsyncGenerator<number, string, undefined> {
    try {
      for (const event of [1, 2, 3]) {
        done.push(event);
        yield event;
      }
      if (failing) throw new Error('broken');
      return 'end';
    } finally {
      done.push('rests');
    }
  }
  return { events: new EventStream(work(), async () => 'left'), done };
}

async function collect(events: AsyncIterable<number>): Promise<number[]> {
  const seen: number[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

describe('an event stream', () => {
  it('does nothing before it is asked, and then no more than it is asked for', async () => {
    const { events, done } = stream();
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toEqual([]);
    for await (const event of events) {
      expect(done).toEqual([1, 2, 3].slice(0, event));
    }
    expect(done).toEqual([1, 2, 3, 'rests']);
  });

  it('gives every event in order, then the result', async () => {
    const { events } = stream();
    expect(await collect(events)).toEqual([1, 2, 3]);
    expect(await events.result).toBe('end');
  });

  it('works to its end where the result alone is asked for, once', async () => {
    const { events, done } = stream();
    expect(await Promise.all([events.result, events.result])).toEqual(['end', 'end']);
    expect(done).toEqual([1, 2, 3, 'rests']);
  });

  it('leaves the events to a loop that begins right after the result was asked for', async () => {
    const { events } = stream();
    const { result } = events;
    expect(await collect(events)).toEqual([1, 2, 3]);
    expect(await result).toBe('end');
  });

  it('goes on in a second loop where the first one is', async () => {
    const { events } = stream();
    const first = events[Symbol.asyncIterator]();
    expect((await first.next()).value).toBe(1);
    expect(await collect(events)).toEqual([2, 3]);
  });

  it('throws what the work throws, after the events before it, from both ways', async () => {
    const { events } = stream({ failing: true });
    const seen: number[] = [];
    const follow = async () => {
      for await (const event of events) seen.push(event);
    };
    await expect(follow()).rejects.toThrow('broken');
    expect(seen).toEqual([1, 2, 3]);
    await expect(events.result).rejects.toThrow('broken');
    await expect(stream({ failing: true }).events.result).rejects.toThrow('broken');
  });

  it('has the result of what was left, where a loop was left', async () => {
    const { events, done } = stream();
    for await (const event of events) if (event === 2) break;
    expect(done).toEqual([1, 2, 'rests']);
    expect(await events.result).toBe('left');
  });
});
