import { expect, it } from 'vitest';
import { createRows, DEFAULT_SETTINGS, selectRows } from './rows.js';

const rows = createRows(DEFAULT_SETTINGS);
const names = (selection: string[]) => selectRows(rows, selection).map(({ name }) => name);

it('has names of its own for all rows', () => {
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  expect(selectRows(rows, [])).toEqual(rows);
});

it('selects one row by its name, without those that begin alike', () => {
  expect(names(['convnet-step'])).toEqual(['convnet-step']);
});

it('selects what is below a group', () => {
  expect(names(['conv3x3/8x8x256', 'op/relu'])).toEqual([
    'conv3x3/8x8x256/forward',
    'conv3x3/8x8x256/input-gradient',
    'conv3x3/8x8x256/filter-gradient',
    'conv3x3/8x8x256/training',
    'op/relu',
  ]);
  expect(names(['conv3x3'])).toHaveLength(20);
});

it('names the groups when there is no such row', () => {
  expect(() => names(['convnet'])).toThrow(
    "There is no row 'convnet'; there are convnet-step, convnet-step-im2col, convnet-step-winograd, " +
      'convnet-step-winograd-2x2, convnet-eval, efficientnet-step, efficientnet-eval, fastnet-step, mlp-step, ' +
      'mlp-ndarray, mlp-ndarray-eval, gemm, conv3x3, conv1x1, op and memory (--list shows all).',
  );
});

it('takes its sizes from the settings', () => {
  const [row] = selectRows(createRows({ ...DEFAULT_SETTINGS, steps: 7 }), ['mlp-ndarray']);
  expect(row).toMatchObject({ parameters: { steps: 7 }, work: { amount: 1400, unit: 'images' } });
});

it('counts the work of a convolution', () => {
  // 2 * 32 images * 256 pixels * 9 taps * 128 * 128 channels
  const [row] = selectRows(rows, ['conv3x3/16x16x128/forward']);
  expect(row!.work).toEqual({ amount: 2.415919104, unit: 'GFLOP' });
  const [training] = selectRows(rows, ['conv3x3/16x16x128/training']);
  expect(training!.work!.amount).toBeCloseTo(3 * 2.415919104, 12);
});
