import { startEngine } from '@cifarlab/engines';
import { createFastNet, variableRoles } from '@cifarlab/fastnet';
import { ones, tidy, type Variable, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { settingsOf } from '../../settings/settings-of.js';
import { fastnet } from './fastnet.js';
import { createFastnetOptimizer } from './optimizer.js';

beforeAll(async () => {
  await startEngine({ family: 'tensorflow.js', engine: 'cpu' });
});

const given = {
  ...{ maxSteps: 8, whiteningBiasSteps: 4, learningRate: 0.1, biasLearningRate: 2, headLearningRate: 0.5 },
  ...{ weightDecay: 0, momentum: 0, nesterov: false },
};

/**
 * Returns how far each role's first number moves in each of so many steps of a gradient of ones, at the learner's rate.
 */
function moves(settings: object, steps: number): Record<string, number[]> {
  const all = settingsOf(fastnet, { ...given, ...settings });
  const model = createFastNet({ inputShape: [25, 25, 3], widths: [2, 2, 2], numClasses: 2 });
  const optimizer = createFastnetOptimizer(model, all);
  const roles = Object.entries(variableRoles(model)) as [string, Variable[]][];
  const result: Record<string, number[]> = Object.fromEntries(roles.map(([role]) => [role, []]));
  for (let step = 1; step <= steps; step++) {
    optimizer.learningRate = all.learningRate * (1 - (step - 1) / all.maxSteps);
    const first = roles.map(([, [variable]]) => variable!);
    const before = first.map((variable) => variable.dataSync()[0]!);
    tidy(() =>
      optimizer.applyGradients(Object.fromEntries(first.map((variable) => [variable.name, ones(variable.shape)]))),
    );
    roles.forEach(([role], i) => {
      result[role]!.push(before[i]! - first[i]!.dataSync()[0]!);
    });
  }
  optimizer.dispose();
  model.dispose();
  return result;
}

it('trains offsets and the last layer at rates of their own, the whitening bias over its own steps', () => {
  const { normBiases, head, whiteningBias } = moves({ optimizer: 'sgd' }, 4);
  // Under Nesterov's momentum of 0.85 a gradient of ones becomes 1 + 0.85 b with b the buffer.
  const factors = [1, 2, 3, 4].map((step) => {
    const buffer = Array.from({ length: step }, (_, k) => 0.85 ** k).reduce((a, b) => a + b);
    return 1 + 0.85 * buffer;
  });
  factors.forEach((factor, i) => {
    expect(normBiases![i]).toBeCloseTo(2 * (1 - i / 8) * factor, 4);
    expect(head![i]).toBeCloseTo(0.5 * (1 - i / 8) * factor, 4);
    expect(whiteningBias![i]).toBeCloseTo(2 * (1 - i / 4) * factor, 4);
  });
});

it('takes the same share of offsets and of the last layer in a step of weight decay', () => {
  const share = (role: 'normBiases' | 'head', settings: object) => {
    const model = createFastNet({ inputShape: [25, 25, 3], widths: [2, 2, 2], numClasses: 2 });
    const optimizer = createFastnetOptimizer(model, settingsOf(fastnet, { ...given, ...settings }));
    const [variable] = variableRoles(model)[role];
    tidy(() => variable!.assign(ones(variable!.shape)));
    tidy(() => optimizer.applyGradients({ [variable!.name]: zeros(variable!.shape) }));
    const left = variable!.dataSync()[0]!;
    optimizer.dispose();
    model.dispose();
    return 1 - left;
  };
  for (const optimizer of ['sgd', 'muon']) {
    const settings = { optimizer, weightDecay: 0.01, momentum: 0 };
    expect(share('head', settings)).toBeCloseTo(0.5 * 0.01 * 1.85, 6);
    expect(share('normBiases', settings)).toBeCloseTo(share('head', settings), 6);
  }
});

it('moves filters by the learning rate whatever their gradient, by Muon', () => {
  const { filters } = moves({ optimizer: 'muon' }, 2);
  const { filters: bySgd } = moves({ optimizer: 'sgd' }, 2);
  expect(filters![0]).not.toBeCloseTo(bySgd![0]!, 3);
});
