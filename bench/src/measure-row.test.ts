import { expect, it } from 'vitest';
import type { Contestant } from './contestants.js';
import { measureRow, type Worker } from './measure-row.js';
import type { EngineName, Measurement } from './protocol.js';
import type { Row } from './row.js';
import { UnsupportedError } from './unsupported-error.js';

const row: Row = {
  name: 'work',
  what: 'some work',
  run: 'work',
  parameters: { size: 3 },
  ours: { engine: 'ort' },
  peers: ['pytorch', 'tfjs-wasm'],
  iterations: 2,
  warmup: 1,
  work: { amount: 10, unit: 'images' },
  tolerance: 1e-4,
};

/** Workers that answer from lists of times, and write down what happens. */
function fakes(
  times: Partial<Record<EngineName, number[][]>>,
  extra: Partial<Record<EngineName, Partial<Measurement>>> = {},
) {
  const log: string[] = [];
  const start = async ({ engine }: Contestant): Promise<Worker> => {
    const answers = [...(times[engine] ?? [])];
    if (answers.length === 0) throw new UnsupportedError(`no ${engine}`);
    log.push(`${engine} starts`);
    return {
      ready: { ready: true, engine, version: `${engine} 1.0`, threads: 2 },
      async run(run, parameters, iterations) {
        log.push(`${engine} ${run} ${JSON.stringify(parameters)} x${iterations}`);
        const milliseconds = answers.shift();
        if (milliseconds === undefined) throw new Error(`${engine} fell over`);
        return { milliseconds, peakMemory: 5e6, memory: { resident: 4e6 }, values: {}, ...extra[engine] };
      },
      async close() {
        log.push(`${engine} ends`);
      },
    };
  };
  return { log, start };
}

it('measures in turn, after a warm-up that does not count', async () => {
  const { log, start } = fakes({ ort: [[900], [40, 60], [40, 42]], pytorch: [[800], [100, 100], [80, 84]] });
  const result = await measureRow(row, { rounds: 2, peers: ['pytorch'], start, settle: 0 });
  const work = 'work {"size":3}';
  expect(log).toEqual([
    ...['ort starts', `ort ${work} x1`, 'pytorch starts', `pytorch ${work} x1`],
    ...[`ort ${work} x2`, `pytorch ${work} x2`, `ort ${work} x2`, `pytorch ${work} x2`],
    ...['ort ends', 'pytorch ends'],
  ]);
  expect(result).toMatchObject({ name: 'work', unit: 'images/s', skipped: [], differences: [] });
  expect(result.sides).toMatchObject([
    {
      engine: 'ort',
      milliseconds: 41,
      firstMilliseconds: 900,
      rounds: [
        [40, 60],
        [40, 42],
      ],
      peakMemory: 5e6,
    },
    { engine: 'pytorch', milliseconds: 92, firstMilliseconds: 800, ratio: { median: 0.5, min: 0.5, max: 0.5 } },
  ]);
  expect(result.sides[0]!.rate).toBeCloseTo(10 / 0.041);
});

it('goes on without a peer that is not here, and says why', async () => {
  const { start } = fakes({ ort: [[9], [5, 5]], pytorch: [[9], [5, 5]] });
  const result = await measureRow(row, { rounds: 1, peers: ['pytorch', 'tfjs-wasm'], start, settle: 0 });
  expect(result.sides.map(({ engine }) => engine)).toEqual(['ort', 'pytorch']);
  expect(result.skipped).toEqual([{ engine: 'tfjs-wasm', reason: 'no tfjs-wasm' }]);
});

it('compares with nothing when our own engine is not here', async () => {
  const { start } = fakes({ pytorch: [[9], [5, 5]] });
  const result = await measureRow(row, { rounds: 1, peers: ['pytorch'], start, settle: 0 });
  expect(result.skipped).toEqual([{ engine: 'ort', reason: 'no ort' }]);
  expect(result.sides).toHaveLength(1);
  expect(result.sides[0]).not.toHaveProperty('ratio');
});

it('finds out when two engines did not compute the same', async () => {
  const times = { ort: [[9], [5, 5]], pytorch: [[9], [5, 5]] };
  const measureWith = (loss: number) => {
    const { start } = fakes(times, { ort: { values: { loss: 2.3 } }, pytorch: { values: { loss } } });
    return measureRow(row, { rounds: 1, peers: ['pytorch'], start, settle: 0 });
  };
  expect((await measureWith(2.3002)).differences).toEqual([]);
  expect((await measureWith(2.31)).differences).toEqual([
    'work: loss is 2.3 in ort and 2.31 in pytorch, which differ by more than 0.0001: they did not compute the same.',
  ]);
  expect((await measureWith(Number.NaN)).differences).toHaveLength(1);
});

it('ends the workers when one of them fails', async () => {
  const { log, start } = fakes({ ort: [[9], [5, 5]], pytorch: [[9]] });
  await expect(measureRow(row, { rounds: 1, peers: ['pytorch'], start, settle: 0 })).rejects.toThrow(
    'pytorch fell over',
  );
  expect(log.slice(-2)).toEqual(['ort ends', 'pytorch ends']);
});
