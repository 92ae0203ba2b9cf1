import { mlp } from '../../src/networks/mlp.js';
import type { RecordedRun } from '../../src/report/curves.js';
import type { TrainingSettings } from '../../src/settings/network-settings.js';

const defaults: TrainingSettings & { dnnHiddenUnits: number[] } = {
  learningRate: 0.001,
  schedule: 'constant',
  warmupSteps: 0,
  maxSteps: 30,
  batchSize: 200,
  evalFreq: 10,
  earlyStopping: null,
  seed: 42,
  batchOrder: 'course',
  validationSize: 0,
  flip: false,
  crop: 0,
  cutout: 0,
  test: true,
  scheduleSteps: null,
  dnnHiddenUnits: [100],
};

/** Makes a run of `train mlp` as it is read from its folder, without a folder. */
export function recordedRun(changes: {
  name?: string;
  settings?: object;
  validation?: readonly number[];
  test?: readonly number[];
  result?: RecordedRun['result'];
  cpu?: string;
}): RecordedRun {
  const { name = 'run', settings = {}, validation, test = [0.1, 0.3, 0.2], result, cpu = 'A processor' } = changes;
  const series = (split: string, accuracies: readonly number[]) => ({
    accuracy: { name: split, points: accuracies.map((value, i) => ({ step: 10 * (i + 1), value })) },
    loss: { name: split, points: accuracies.map((value, i) => ({ step: 10 * (i + 1), value: 2 - value })) },
  });
  const splits = [
    series('train', test),
    ...(validation === undefined ? [] : [series('validation', validation)]),
    series('test', test),
  ];
  return {
    folder: { path: `runs/${name}` } as RecordedRun['folder'],
    network: mlp,
    config: {
      format: 'cifarlab-run',
      version: 1,
      model: 'mlp',
      settings: { ...defaults, ...settings },
      data: { origin: 'cache', form: 'records', verified: true, train: 50_000, validation: 0, test: 10_000 },
      versions: { node: '20.20.2' },
      engine: { name: 'tfjs cpu', threads: 1 },
      machine: { cpu, cores: 2, memoryGiB: 8, platform: 'linux', arch: 'x64', system: '6.1' },
      started: '2026-01-02T03:04:05.678Z',
    },
    curves: { name, loss: splits.map(({ loss }) => loss), accuracy: splits.map(({ accuracy }) => accuracy) },
    result,
  };
}
