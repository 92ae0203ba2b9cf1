import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, asyncProperty, integer } from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { visitMetricsBetween } from './metrics-between.js';
import { type MetricsLine, parseMetricsLine } from './metrics-line.js';

const STEPS = 20_000;

let folder: string;
let file: string;
let all: MetricsLine[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cifarlab-between-'));
  file = join(folder, 'metrics.jsonl');
  const lines: string[] = [];
  for (let step = 1; step <= STEPS; step++) {
    lines.push(JSON.stringify({ event: 'train', step, loss: 2 / step, accuracy: 0.5 }));
    if (step % 500 === 0) lines.push(JSON.stringify({ event: 'eval', split: 'test', step, loss: 1, accuracy: 0.25 }));
  }
  all = lines.map(parseMetricsLine);
  await writeFile(file, `${lines.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

async function between(from: number, to: number, path = file, signal?: AbortSignal): Promise<MetricsLine[]> {
  const lines: MetricsLine[] = [];
  await visitMetricsBetween(path, { from, to, signal }, (line) => lines.push(line));
  return lines;
}

it('gives the lines of these steps, wherever they are', async () => {
  const step = integer({ min: -5, max: STEPS + 5 });
  await assert(
    asyncProperty(step, step, async (from, to) => {
      expect(await between(from, to)).toEqual(all.filter((line) => line.step >= from && line.step <= to));
    }),
    { numRuns: 30 },
  );
});

it('does not look at lines far before or after', async () => {
  const other = join(folder, 'damaged.jsonl');
  const text = all.map((line) => JSON.stringify(line));
  text[10] = 'damaged';
  text[all.length - 10] = 'damaged';
  await writeFile(other, `${text.join('\n')}\n`);
  expect(await between(9_990, 10_010, other)).toHaveLength(22);
  await expect(between(STEPS - 50, STEPS, other)).rejects.toThrow(/damaged\.jsonl, after byte \d+, line \d+: /);
  await expect(between(1, 20, other)).rejects.toThrow('damaged.jsonl, line 11: ');
});

it('reads a file in another encoding, one that is empty, and none', async () => {
  const other = join(folder, 'wide.jsonl');
  await writeFile(other, `\ufeff${all.map((line) => JSON.stringify(line)).join('\n')}\n`, 'utf16le');
  expect(await between(15_000, 15_001, other)).toEqual(
    all.filter((line) => line.step === 15_000 || line.step === 15_001),
  );
  await writeFile(other, '');
  expect(await between(1, 10, other)).toEqual([]);
  await expect(between(1, 10, join(folder, 'none'))).rejects.toMatchObject({ code: 'missing' });
});

it('ends early when it is told to', async () => {
  const lines = await between(1, STEPS, file, AbortSignal.abort());
  expect(lines.length).toBeLessThan(all.length);
});
