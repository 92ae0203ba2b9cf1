import { RandomState } from '@cifarlab/numpy-random';
import { describe, expect, it } from 'vitest';
import { Linear, SGD, type SgdOptions } from './index.js';

/** Computes one parameter of torch.optim.SGD, as its documentation writes the algorithm down. */
function torchSgd(w: number, gradients: number[], lr: number, options: SgdOptions): number {
  const { momentum = 0, weightDecay = 0, nesterov = false } = options;
  let buffer: number | undefined;
  for (let g of gradients) {
    if (weightDecay !== 0) g = g + weightDecay * w;
    if (momentum !== 0) {
      buffer = buffer === undefined ? g : momentum * buffer + g;
      g = nesterov ? g + momentum * buffer : buffer;
    }
    w = w - lr * g;
  }
  return w;
}

const MATRIX: SgdOptions[] = [
  {},
  { weightDecay: 0.1 },
  { momentum: 0.9 },
  { momentum: 0.9, weightDecay: 0.1 },
  { momentum: 0.9, nesterov: true },
  { momentum: 0.9, nesterov: true, weightDecay: 0.1 },
  { momentum: 1 },
];

const randomLayer = (seed: number) => new Linear(3, 2, { init: 'pytorch', rng: new RandomState(seed) });
const setGradients = (layer: Linear, rng: RandomState) => {
  for (const grad of Object.values(layer.grads)) grad.data.set(rng.normals(grad.size));
};

describe('SGD', () => {
  it.each(MATRIX)('follows torch.optim.SGD with %j', (options) => {
    const layer = randomLayer(1);
    const start = Array.from(layer.params.weight.data);
    const startBias = Array.from(layer.params.bias.data);
    const sgd = new SGD(layer, options);
    const rng = new RandomState(2);
    const history: number[][] = [];
    const historyBias: number[][] = [];
    for (let step = 0; step < 5; step++) {
      setGradients(layer, rng);
      history.push(Array.from(layer.grads.weight.data));
      historyBias.push(Array.from(layer.grads.bias.data));
      sgd.step(0.1);
    }
    const follows = (actual: ArrayLike<number>, from: number[], gradients: number[][]) =>
      from.forEach((w, i) => {
        const expected = torchSgd(
          w,
          gradients.map((g) => g[i]!),
          0.1,
          options,
        );
        expect(actual[i]).toBeCloseTo(expected, 14);
      });
    follows(layer.params.weight.data, start, history);
    follows(layer.params.bias.data, startBias, historyBias);
    // The gradients themselves are left alone.
    expect(Array.from(layer.grads.weight.data)).toEqual(history.at(-1));
  });

  it.each(MATRIX)('goes on from a saved state bit for bit with %j', (options) => {
    const [a, b] = [randomLayer(1), randomLayer(3)];
    const [unbroken, resumed] = [new SGD(a, options), new SGD(b, options)];
    const rng = new RandomState(2);
    for (let step = 0; step < 4; step++) {
      if (step === 2) {
        for (const name of ['weight', 'bias'] as const) b.params[name].data.set(a.params[name].data);
        resumed.loadState(unbroken.toState());
      }
      setGradients(a, rng);
      for (const name of ['weight', 'bias'] as const) b.grads[name].data.set(a.grads[name].data);
      unbroken.step(0.1);
      resumed.step(0.1);
    }
    expect(b.params).toEqual(a.params);
    expect(resumed.toState()).toEqual(unbroken.toState());
  });

  it('changes nothing at a learning rate of 0', () => {
    const layer = randomLayer(1);
    setGradients(layer, new RandomState(2));
    new SGD(layer).step(0);
    expect(layer.params).toEqual(randomLayer(1).params);
  });

  it.each([
    [{ momentum: -0.1 }, 'SGD: momentum must be a number from 0 to 1; got -0.1.'],
    [{ momentum: Number.NaN }, 'SGD: momentum must be a number from 0 to 1; got NaN.'],
    [{ weightDecay: -1 }, 'SGD: weightDecay must be a finite number of 0 or more; got -1.'],
    [{ weightDecay: Infinity }, 'SGD: weightDecay must be a finite number of 0 or more; got Infinity.'],
    [{ nesterov: true }, 'SGD: nesterov needs a momentum above 0, but it is 0.'],
  ])('refuses %j', (options, message) => {
    expect(() => new SGD(randomLayer(1), options)).toThrow(new RangeError(message));
  });

  it.each([Number.NaN, -1e-3, Infinity])('refuses a learning rate of %f, and updates nothing', (learningRate) => {
    const layer = randomLayer(1);
    setGradients(layer, new RandomState(2));
    const sgd = new SGD(layer, { momentum: 0.9 });
    expect(() => sgd.step(learningRate)).toThrow(
      `SGD: learningRate must be a finite number of 0 or more; got ${learningRate}.`,
    );
    expect(layer.params).toEqual(randomLayer(1).params);
    expect(Math.max(...Array.from(sgd.toState().weight!.data))).toBe(0);
  });

  it('refuses the state of other settings', () => {
    const [plain, heavy] = [new SGD(randomLayer(1)), new SGD(randomLayer(1), { momentum: 0.9 })];
    expect(plain.toState()).toEqual({});
    expect(() => plain.loadState(heavy.toState())).toThrow(/SGD: the state has an array 'weight' that is not in \[\]/);
    expect(() => heavy.loadState({})).toThrow(/SGD: the state lacks the array 'weight'/);
  });
});
