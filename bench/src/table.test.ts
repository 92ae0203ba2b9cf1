import { expect, it } from 'vitest';
import type { RowResult, SideResult } from './measure-row.js';
import { align, formatTable, formatTime } from './table.js';

const side = (result: Partial<SideResult>): SideResult => ({
  engine: 'ort',
  version: '',
  threads: 2,
  milliseconds: 100,
  firstMilliseconds: 100,
  rounds: [[100]],
  peakMemory: 790e6,
  values: {},
  ...result,
});
const row = (result: Partial<RowResult>): RowResult => ({
  name: 'convnet-step',
  what: '',
  parameters: {},
  sides: [],
  skipped: [],
  differences: [],
  ...result,
});

it('has a line for each row and peer, its columns aligned', () => {
  const table = formatTable([
    row({
      unit: 'images/s',
      sides: [
        side({ milliseconds: 231.4, rate: 138.3 }),
        side({
          engine: 'pytorch',
          mode: 'compiled',
          milliseconds: 235.1,
          rate: 136.1,
          peakMemory: 1.1e9,
          ratio: { median: 0.984, min: 0.951, max: 1.02 },
        }),
      ],
    }),
    row({
      name: 'conv3x3/8x8x256/forward',
      unit: 'GFLOP/s',
      sides: [side({ milliseconds: 3.94, rate: 613.6, error: 2.4e-7 })],
    }),
    row({ name: 'op/adam' }),
  ]);
  expect(`\n${table}`).toBe(`
row                      ours         peer                       ratio  rounds      rate                peak memory    error
convnet-step             ort 231 ms   pytorch 235 ms (compiled)  0.98x  0.95..1.02  138 / 136 images/s  790 / 1100 MB
conv3x3/8x8x256/forward  ort 3.94 ms  -                          -      -           614 GFLOP/s         790 MB         2.4e-7
op/adam                  skipped`);
});

it('gives times in three digits and a fitting unit', () => {
  expect([0.01234, 0.99951, 7.256, 231.4, 999.6, 9731].map(formatTime)).toEqual([
    '12.3 us',
    '1.00 ms',
    '7.26 ms',
    '231 ms',
    '1.00 s',
    '9.73 s',
  ]);
});

it('aligns lines of different lengths', () => {
  expect(
    align([
      ['a', 'bb', 'c'],
      ['aaa', 'b'],
    ]),
  ).toBe('a    bb  c\naaa  b');
});
