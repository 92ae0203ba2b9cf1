import { setTimeout as sleep } from 'node:timers/promises';
import { array, assert, asyncProperty, integer, record } from 'fast-check';
import { expect, it } from 'vitest';
import { Gate } from './gate.js';
import { MicroBatcher } from './micro-batcher.js';

const never = new AbortController().signal;

it('gives each item its own result, in batches that are not too large', async () => {
  const item = record({ wait: integer({ min: 0, max: 3 }), value: integer() });
  await assert(
    asyncProperty(array(item, { maxLength: 40 }), integer({ min: 1, max: 8 }), async (items, maxBatch) => {
      const sizes: number[] = [];
      const batcher = new MicroBatcher<number, string>(async (values) => {
        sizes.push(values.length);
        await sleep(values.length % 2);
        return values.map(String);
      }, maxBatch);
      const results = await Promise.all(
        items.map(async ({ wait, value }) => {
          await sleep(wait);
          return batcher.run(value, never);
        }),
      );
      expect(results).toEqual(items.map(({ value }) => String(value)));
      expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(maxBatch);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(items.length);
    }),
    { numRuns: 25 },
  );
});

it('tells each item of a batch that failed, and goes on', async () => {
  const batcher = new MicroBatcher<number, number>(async (values) => {
    if (values.includes(0)) throw new Error('no zero');
    return values;
  }, 2);
  const settled = await Promise.allSettled([1, 0, 3, 4].map((value) => batcher.run(value, never)));
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled']);
});

it('does not compute what was taken back', async () => {
  const computed: number[] = [];
  const batcher = new MicroBatcher<number, number>(async (values) => {
    computed.push(...values);
    return values;
  }, 2);
  const taken = AbortSignal.abort(new Error('taken back'));
  const settled = await Promise.allSettled([batcher.run(1, taken), batcher.run(2, never)]);
  expect(settled[0]).toMatchObject({ status: 'rejected', reason: { message: 'taken back' } });
  expect(computed).toEqual([2]);
});

it('lets so much work through at a time', async () => {
  const gate = new Gate(2);
  let [now, most] = [0, 0];
  const work = async (i: number) => {
    now += 1;
    most = Math.max(most, now);
    await sleep(1);
    now -= 1;
    if (i === 1) throw new Error('failed');
    return i;
  };
  const settled = await Promise.allSettled([0, 1, 2, 3, 4].map((i) => gate.pass(() => work(i), never)));
  expect(settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message))).toEqual([
    0,
    'failed',
    2,
    3,
    4,
  ]);
  expect(most).toBe(2);
  await expect(gate.pass(() => work(9), AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
});
