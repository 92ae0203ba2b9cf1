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
  compiled?: number[][],
) {
  const log: string[] = [];
  const start = async ({ engine, mode }: Contestant): Promise<Worker> => {
    const answers = [...((mode === 'compiled' ? compiled : times[engine]) ?? [])];
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

it('measures PyTorch eagerly and compiled, in turn, and quotes the faster', async () => {
  const eager = { ort: [[9], [40], [40]], pytorch: [[9], [50], [80]] };
  const { log, start } = fakes(eager, {}, [[9999], [80], [25]]);
  const progress: string[] = [];
  const options = { rounds: 2, peers: ['pytorch'] as const, start, settle: 0, compileTimeout: 1000 };
  const { sides } = await measureRow(
    { ...row, compiles: true },
    { ...options, onProgress: (text) => progress.push(text) },
  );
  expect(log.filter((line) => line.includes('x2')).map((line) => line.split(' ')[0])).toEqual([
    ...['ort', 'pytorch', 'pytorch'],
    ...['ort', 'pytorch', 'pytorch'],
  ]);
  expect(sides).toMatchObject([
    { engine: 'ort' },
    {
      engine: 'pytorch',
      mode: 'compiled',
      milliseconds: 52.5,
      ratio: { min: 0.5, max: 1.6 },
      slower: { mode: 'eager', milliseconds: 65, ratio: { min: 0.5, max: 0.8 } },
    },
  ]);
  expect(sides).toHaveLength(2);
  expect(progress).toContain(
    'work: round 2 of 2: ort 40.000 ms, pytorch (eager) 80.000 ms, pytorch (compiled) 25.000 ms',
  );
});

it('quotes the eager mode when that is the faster, or nothing can be compiled', async () => {
  const times = { ort: [[9], [40]], pytorch: [[9], [50]] };
  const options = { rounds: 1, peers: ['pytorch'] as const, settle: 0 };
  const network = { ...row, compiles: true };
  const slow = fakes(times, {}, [[9], [60]]);
  const both = await measureRow(network, { ...options, start: slow.start, compileTimeout: 1000 });
  expect(both.sides[1]).toMatchObject({ mode: 'eager', milliseconds: 50, slower: { mode: 'compiled' } });
  expect(both.skipped).toEqual([]);

  const broken = fakes(times, {}, [[9]]);
  const start = async (contestant: Contestant) => {
    if (contestant.mode === 'compiled') throw new Error('Traceback:\n  g++ fell over');
    return broken.start(contestant);
  };
  const progress: string[] = [];
  const onProgress = (text: string) => progress.push(text);
  const one = await measureRow(network, { ...options, start, compileTimeout: 1000, onProgress });
  expect(one.sides[1]).toMatchObject({ engine: 'pytorch', mode: 'eager', ratio: { median: 0.8 } });
  expect(one.sides[1]).not.toHaveProperty('slower');
  expect(one.skipped).toEqual([{ engine: 'pytorch', reason: 'not compiled: g++ fell over' }]);
  expect(progress).toContain('work: pytorch is not compiled: g++ fell over');
  expect(broken.log.filter((line) => line === 'pytorch ends')).toHaveLength(1);
});

it('compiles nothing for single ops, nor when no time is given for it', async () => {
  const times = { ort: [[9], [40]], pytorch: [[9], [50]] };
  const { start } = fakes(times, {}, [[9], [10]]);
  const options = { rounds: 1, peers: ['pytorch'] as const, settle: 0, start };
  const op = await measureRow(row, { ...options, compileTimeout: 1000 });
  expect(op.sides[1]).not.toHaveProperty('mode');
  const network = await measureRow({ ...row, compiles: true }, options);
  expect(network.sides[1]).toMatchObject({ mode: 'eager', milliseconds: 50 });
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
