import { MLP } from '@cifarlab/ndarray-mlp';
import { RandomState } from '@cifarlab/numpy-random';
import { expect, it } from 'vitest';
import { failOnLeaks } from '../test/support/tensors.js';
import { createMlp, toState } from './index.js';
import { INITS } from './initial-weights.js';

failOnLeaks();

const sizes = { nInputs: 7, nHidden: [5, 4], numClasses: 3 };

it.each(INITS)('%s draws the weights of ndarray-mlp, from the seed and from a shared generator', async (init) => {
  const rng = new RandomState(3);
  const twinRng = new RandomState(3);
  for (const [model, twin] of [
    [createMlp({ ...sizes, init }), new MLP(7, [5, 4], 3, { init, dtype: 'float32' })],
    [
      createMlp({ ...sizes, init, seed: 9 }),
      new MLP(7, [5, 4], 3, { init, dtype: 'float32', rng: new RandomState(9) }),
    ],
    // The second network of one generator continues where the first stopped.
    [createMlp({ ...sizes, init, rng }), new MLP(7, [5, 4], 3, { init, dtype: 'float32', rng: twinRng })],
    [createMlp({ ...sizes, init, rng }), new MLP(7, [5, 4], 3, { init, dtype: 'float32', rng: twinRng })],
  ] as const) {
    const expected = Object.entries(twin.toState()).map(([name, { shape, data }]) => [name, { shape, data }]);
    expect(Object.entries(await toState(model))).toEqual(expected);
    model.dispose();
  }
  expect(rng.getState()).toEqual(twinRng.getState());
});

it('has the practical’s weights by default: np.random.seed(42), np.random.normal(0, 1e-4, (out, in))', async () => {
  const model = createMlp(sizes);
  const numpy = new RandomState(42);
  const state = await toState(model);
  expect(state['layers.0.weight']!.data).toEqual(Float32Array.from(numpy.normals(35, 0, 1e-4)));
  expect(state['layers.1.weight']!.data).toEqual(Float32Array.from(numpy.normals(20, 0, 1e-4)));
  expect(state['layers.2.weight']!.data).toEqual(Float32Array.from(numpy.normals(12, 0, 1e-4)));
  expect(state['layers.2.bias']!.data).toEqual(new Float32Array(3));
  model.dispose();
});
