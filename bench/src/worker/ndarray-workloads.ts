import { gemm } from '@cifarlab/gemm';
import { MLP, MlpLearner } from '@cifarlab/ndarray-mlp';
import { RandomState } from '@cifarlab/numpy-random';
import ndarray from 'ndarray';
import type { Parameters } from '../protocol.js';
import { DATA_SEED, fillUniform, imagePool, oneHot, WEIGHTS_SEED } from './random.js';
import { numberOf, type Task, type Workloads } from './task.js';

const BATCH = 200;
const POOL = 5000;
const FEATURES = 3072;

/** Returns the hand-derived MLP and the matrix product that it rests on. */
export function ndarrayWorkloads(): Workloads {
  return {
    subject: '@cifarlab/gemm',
    workloads: { 'mlp-ndarray': mlpTraining, 'mlp-ndarray-eval': mlpEvaluation, gemm: product },
  };
}

/** Every run trains a network from its start, over the same batches. */
function mlpTraining(parameters: Parameters): Task {
  const steps = numberOf(parameters, 'steps');
  const { images, classes } = imagePool(POOL);
  const labels = oneHot(classes);
  let firstLoss = Number.NaN;
  let lastLoss = Number.NaN;
  return {
    run() {
      const learner = new MlpLearner(new MLP(FEATURES, [100], 10, { rng: new RandomState(WEIGHTS_SEED) }));
      for (let step = 0; step < steps; step++) {
        const from = (step * BATCH) % POOL;
        const batch = {
          images: ndarray(images.subarray(from * FEATURES, (from + BATCH) * FEATURES), [BATCH, FEATURES]),
          labels: ndarray(labels.subarray(from * 10, (from + BATCH) * 10), [BATCH, 10]),
        };
        lastLoss = learner.trainStep(batch, { learningRate: 1e-3 }).loss / BATCH;
        if (step === 0) firstLoss = lastLoss;
      }
    },
    values: () => ({ firstLoss, lastLoss }),
  };
}

function mlpEvaluation(parameters: Parameters): Task {
  const count = numberOf(parameters, 'images');
  const { images, classes } = imagePool(count);
  const batch = { images: ndarray(images, [count, FEATURES]), labels: ndarray(oneHot(classes), [count, 10]) };
  const learner = new MlpLearner(new MLP(FEATURES, [100], 10, { rng: new RandomState(WEIGHTS_SEED) }));
  let loss = Number.NaN;
  return {
    run() {
      loss = learner.evalStep(batch).loss / count;
    },
    values: () => ({ loss }),
  };
}

function product(parameters: Parameters): Task {
  const [m, k, n] = (['m', 'k', 'n'] as const).map((name) => numberOf(parameters, name)) as [number, number, number];
  const FloatArray = parameters.dtype === 'float64' ? Float64Array : Float32Array;
  const rng = new RandomState(DATA_SEED);
  const matrix = (rows: number, columns: number, transposed: boolean) => {
    const data = fillUniform(new FloatArray(rows * columns), rng);
    return transposed ? ndarray(data, [columns, rows]).transpose(1, 0) : ndarray(data, [rows, columns]);
  };
  const [layoutA, layoutB] = `${parameters.layout}`;
  const a = matrix(m, k, layoutA === 'T');
  const b = matrix(k, n, layoutB === 'T');
  const c = ndarray(new FloatArray(m * n), [m, n]);
  return {
    minimum: 20,
    run: () => gemm(c, a, b),
    // One element stands for all: it is a sum over a whole row of A and column of B.
    values: () => ({ lastElement: c.get(m - 1, n - 1) }),
  };
}
