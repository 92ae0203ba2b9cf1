import { expect, it } from 'vitest';
import { formatServing, measureServing } from './measure-serving.js';

it('measures in turn, and compares the rounds', async () => {
  const calls: string[] = [];
  const rates: Record<string, number[]> = { a: [100, 90, 200], b: [50, 90, 50] };
  const results = await measureServing(
    { ours: 'a', peer: 'b' },
    {
      connections: [16],
      rounds: 3,
      async load(address, connections) {
        calls.push(`${address} ${connections}`);
        return { requestsPerSecond: rates[address]!.shift()!, p99: address === 'a' ? 4 : 8 };
      },
      onProgress: () => {},
    },
  );
  expect(calls).toEqual(['a 16', 'b 16', 'a 16', 'b 16', 'a 16', 'b 16']);
  expect(results).toEqual([
    {
      connections: 16,
      ours: { requestsPerSecond: 100, p99: 4 },
      peer: { requestsPerSecond: 50, p99: 8 },
      ratio: { median: 2, min: 1, max: 4 },
    },
  ]);
  expect(
    formatServing('mlp', results)
      .split('\n')
      .map((line) => line.split(/ {2,}/)),
  ).toEqual([
    ['mlp', 'ours', 'p99', 'plain', 'p99', 'ratio of rates', 'rounds'],
    ['16 connections', '100/s', '4 ms', '50/s', '8 ms', '2.00x', '1.00..4.00'],
  ]);
});
