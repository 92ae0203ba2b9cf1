import { startEngine } from '@cifarlab/engines';
import { Muon, SGD } from '@cifarlab/tfjs-ops';
import { type Optimizer, randomNormal, tidy, variable } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { createOptimizer, type OptimizerSettings } from './create-optimizer.js';

beforeAll(async () => {
  await startEngine({ family: 'tensorflow.js', engine: 'cpu' });
});

const settings: OptimizerSettings = {
  ...{ optimizer: 'muon', learningRate: 0.1, momentum: 0.6, nesterov: true, weightDecay: 0.01, sgdLearningRate: 0.03 },
  ...{ labelSmoothing: 0, accumulate: 1 },
};
const shapes = { filters: [3, 3, 2, 4], matrix: [3, 2], offsets: [2] } as const;
type Name = keyof typeof shapes;

/** Returns the values of a variable after two steps, the second at half the learning rate. */
function trained(name: Name, optimizer: Optimizer & { learningRate: number }): number[] {
  const shape = [...shapes[name]];
  const weights = tidy(() => variable(randomNormal(shape, 0, 1, 'float32', 1)));
  const rate = optimizer.learningRate;
  for (const step of [1, 2]) {
    optimizer.learningRate = rate / step;
    tidy(() => optimizer.applyGradients({ [weights.name]: randomNormal(shape, 0, 1, 'float32', 1 + step) }));
  }
  const left = [...weights.dataSync()];
  weights.dispose();
  optimizer.dispose();
  return left;
}

it('gives Muon the filters, and the rest to SGD at its own rate, with a decay of matrices only', () => {
  const sgd = { learningRate: 0.03, momentum: 0.9, nesterov: true };
  const by: Record<Name, () => Optimizer & { learningRate: number }> = {
    filters: () => new Muon({ learningRate: 0.1, momentum: 0.6 }),
    matrix: () => new SGD({ ...sgd, weightDecay: 0.01 }),
    offsets: () => new SGD(sgd),
  };
  for (const name of Object.keys(by) as Name[]) {
    const ours = trained(name, createOptimizer(settings));
    trained(name, by[name]()).forEach((expected, i) => {
      expect(ours[i], name).toBeCloseTo(expected, 6);
    });
  }
});

it('has SGD take the rate of Muon where it has none of its own', () => {
  const unset = trained('matrix', createOptimizer({ ...settings, sgdLearningRate: null }));
  expect(unset).toEqual(trained('matrix', createOptimizer({ ...settings, sgdLearningRate: 0.1 })));
});
