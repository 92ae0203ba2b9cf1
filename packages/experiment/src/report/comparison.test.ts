import { describe, expect, it } from 'vitest';
import { recordedRun } from '../../test/support/recorded-run.js';
import { differencesTables, resultsTable } from './comparison.js';

describe('resultsTable', () => {
  it('has a row for each run, without columns that no run fills', () => {
    const result = { stop: 'max-steps', step: 30, seconds: 75 };
    expect(resultsTable([recordedRun({ name: 'a', result }), recordedRun({ name: 'b' })])).toMatchObject({
      columns: ['run', 'network', 'steps', 'time', 'final test accuracy', 'final test loss'],
      rows: [
        ['a', 'mlp', 30, '1 min 15 s', '0.2000', '1.8000'],
        ['b', 'mlp', 30, 'not recorded', '0.2000', '1.8000'],
      ],
      rowHeadings: true,
    });
  });

  it('has the best by validation where there is one', () => {
    const table = resultsTable([recordedRun({ validation: [0.2, 0.5, 0.4] }), recordedRun({})]);
    expect(table).toMatchObject({
      columns: expect.arrayContaining(['best validation accuracy', 'at step', 'test accuracy there']),
      rows: [expect.arrayContaining(['0.5000', 20, '0.3000']), expect.arrayContaining(['–'])],
    });
  });
});

describe('differencesTables', () => {
  it('is nothing for equal runs', () => {
    expect(differencesTables([recordedRun({ name: 'a' }), recordedRun({ name: 'b' })])).toEqual([]);
  });

  it('has the settings that differ, by the names of their flags, the shorter list across', () => {
    const [a, b] = [{}, { learningRate: 0.01, dnnHiddenUnits: [], extra: true }];
    expect(
      differencesTables([recordedRun({ name: 'a', settings: a }), recordedRun({ name: 'b', settings: b })]),
    ).toEqual([
      {
        kind: 'table',
        caption: 'Settings that differ',
        rowHeadings: true,
        columns: ['setting', 'a', 'b'],
        rows: [
          ['learning-rate', '0.001', '0.01'],
          ['dnn-hidden-units', '100', 'none'],
          ['extra', '–', 'true'],
        ],
      },
    ]);
  });

  it('has a row for each run where there are more runs than differences', () => {
    const runs = [1, 2, 3].map((seed) => recordedRun({ name: `seed ${seed}`, settings: { seed } }));
    expect(differencesTables(runs)).toMatchObject([
      {
        columns: ['run', 'seed'],
        rows: [
          ['seed 1', '1'],
          ['seed 2', '2'],
          ['seed 3', '3'],
        ],
      },
    ]);
  });

  it('has the hardware where it differs', () => {
    expect(differencesTables([recordedRun({}), recordedRun({ cpu: 'Another' })])).toMatchObject([
      {
        caption: 'Hardware that differs',
        columns: ['run', 'processor'],
        rows: [
          ['run', 'A processor, 2 cores'],
          ['run', 'Another, 2 cores'],
        ],
      },
    ]);
  });

  it('has the versions of what takes part in all runs', () => {
    const [a, b] = [recordedRun({ name: 'a' }), recordedRun({ name: 'b' })];
    const versions = { node: '24.0.0', '@cifarlab/mlp': '1.0.0' };
    expect(differencesTables([a, { ...b, config: { ...b.config, versions } }])).toMatchObject([
      { caption: 'Versions that differ', columns: ['run', 'node'] },
    ]);
  });
});
