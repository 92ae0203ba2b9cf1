import type { EventStream } from '@cifarlab/internals/event-stream';
import { describe, expect, it } from 'vitest';
import { toldStream } from './told-stream.js';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

async function collect<Event>(stream: EventStream<Event, unknown>): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

describe('a stream of what work tells', () => {
  it('does nothing before it is asked', async () => {
    let begun = 0;
    const stream = toldStream<number, string>(async () => {
      begun += 1;
      return 'end';
    });
    await tick();
    expect(begun).toBe(0);
    expect(await stream.result).toBe('end');
    expect(await stream.result).toBe('end');
    expect(begun).toBe(1);
  });

  it('gives every event in order, then the result', async () => {
    const stream = toldStream<number, string>(async (tell) => {
      tell(1);
      await tick();
      tell(2);
      tell(3);
      return 'end';
    });
    expect(await collect(stream)).toEqual([1, 2, 3]);
    expect(await stream.result).toBe('end');
  });

  it('lets the work wait for nobody', async () => {
    let isDone = false;
    const stream = toldStream<number, void>(async (tell) => {
      tell(1);
      await tick();
      isDone = true;
    });
    for await (const event of stream) {
      expect({ event, isDone }).toEqual({ event: 1, isDone: false });
      while (!isDone) await tick();
    }
  });

  it('puts the latest event with a key in place of one that is not seen yet', async () => {
    const stream = toldStream<string, void>(async (tell) => {
      tell('a 1', 'a');
      tell('b 1', 'b');
      tell('a 2', 'a');
      tell('other');
      await tick();
      tell('a 3', 'a');
    });
    expect(await collect(stream)).toEqual(['a 2', 'b 1', 'other', 'a 3']);
  });

  it('throws what the work throws, after the events before it, from both ways', async () => {
    const stream = toldStream<number, void>(async (tell) => {
      tell(1);
      throw new Error('broken');
    });
    const seen: number[] = [];
    const follow = async () => {
      for await (const event of stream) seen.push(event);
    };
    await expect(follow()).rejects.toThrow('broken');
    expect(seen).toEqual([1]);
    await expect(stream.result).rejects.toThrow('broken');
  });

  it('interrupts the work when a loop is left, and waits until it rests', async () => {
    let rests = false;
    const stream = toldStream<number, string>(async (tell, left) => {
      tell(1);
      await new Promise((resolve) => left.addEventListener('abort', resolve));
      await tick();
      rests = true;
      return 'interrupted';
    });
    for await (const event of stream) {
      expect(event).toBe(1);
      break;
    }
    expect(rests).toBe(true);
    expect(await stream.result).toBe('interrupted');
  });
});
