import { expect, it } from 'vitest';
import { resultAt } from '../../scripts/figures/results.mjs';
import type { RowResult, SideResult } from './measure-row.js';
import { createReport, formatHead } from './report.js';

const side = (engine: SideResult['engine'], more: Partial<SideResult> = {}): SideResult => ({
  engine,
  version: `${engine} 1.0`,
  threads: 2,
  milliseconds: 200,
  firstMilliseconds: 900,
  rounds: [[200]],
  peakMemory: 8e8,
  values: {},
  ...more,
});
const results: RowResult[] = [
  {
    name: 'convnet-step',
    what: 'a step',
    parameters: { batch: 32 },
    unit: 'images/s',
    sides: [side('ort'), side('pytorch', { ratio: { median: 0.8, min: 0.7, max: 0.9 } })],
    skipped: [{ engine: 'tfjs-wasm', reason: 'no kernel' }],
    differences: [],
  },
];
const machine = {
  cpu: 'A CPU',
  cores: 2,
  instructions: ['AVX2', 'AMX'],
  memoryGiB: 24,
  system: 'Linux 6',
  node: 'v20.20.2',
  load: 0.1,
};
const report = createReport(machine, { threads: 2, rounds: 5 }, results);

it('has every figure under a path that pages can quote', () => {
  const read = () => JSON.stringify(report, null, 2);
  expect(resultAt('bench/x.json rows.convnet-step.pytorch.ratio.median', read)).toBe(0.8);
});

it('begins with hardware, versions and threads', () => {
  expect(formatHead(report).split('\n')).toEqual([
    'A CPU, 2 cores, AVX2, AMX, 24 GiB, Linux 6, Node v20.20.2; load at the start 0.1',
    'ort: ort 1.0, 2 threads',
    'pytorch: pytorch 1.0, 2 threads',
    "5 interleaved rounds, medians; ratio: our time over the peer's, with the range of the rounds",
    'Skipped: tfjs-wasm: no kernel',
  ]);
});
