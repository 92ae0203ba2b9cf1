import assert from 'node:assert/strict';
import test from 'node:test';
import { RandomState } from '@cifarlab/numpy-random';
import { CrossEntropy } from '../src/cross-entropy.js';
import { MLP } from '../src/mlp.js';
import { accuracy, train } from '../src/train.js';
import { array, assertGradients, oneHot, randn, randomParams, valuesOf } from './checks.js';

const create = (nInputs, nHidden, numClasses) =>
  randomParams(new MLP(nInputs, nHidden, numClasses, { rng: new RandomState(42) }));

test('MLP.forward gives probabilities', () => {
  const y = create(4, [5], 3).forward(randn(8, [6, 4]));
  assert.deepEqual([...y.shape], [6, 3]);
  const values = valuesOf(y);
  for (let row = 0; row < 6; row += 1) {
    const sum = values.slice(3 * row, 3 * row + 3).reduce((total, value) => total + value);
    assert.ok(Math.abs(sum - 1) < 1e-9, `row ${row} sums to ${sum}`);
  }
});

for (const nHidden of [[], [5], [4, 3]]) {
  test(`MLP.backward with hidden layers [${nHidden}]`, () => assertGradients(create(4, nHidden, 3), randn(9, [5, 4])));
}

test('accuracy', () => {
  assert.equal(accuracy(array([0.9, 0.1, 0.3, 0.7, 0.6, 0.4, 0.2, 0.8], [4, 2]), oneHot([0, 1, 1, 1], 2)), 0.75);
});

/** Points of two classes that a line separates. */
function batches() {
  let seed = 0;
  return () => {
    seed += 1;
    const x = randn([10, seed], [20, 2]);
    return {
      x,
      targets: oneHot(
        Array.from({ length: 20 }, (_, row) => Number(x.get(row, 0) > x.get(row, 1))),
        2,
      ),
    };
  };
}

test('train does one step of gradient descent', () => {
  const nextBatch = batches();
  const [mlp, expected] = [create(2, [3], 2), create(2, [3], 2)];
  const batch = nextBatch();
  const loss = new CrossEntropy();
  const y = expected.forward(batch.x);
  expected.backward(loss.backward(y, batch.targets));
  const losses = train(mlp, loss, () => batch, { steps: 1, learningRate: 0.1 });
  assert.deepEqual(losses.length, 1);
  assert.ok(Math.abs(losses[0] - loss.forward(y, batch.targets)) < 1e-9, 'the loss is that before the update');
  for (const [name, param] of Object.entries(mlp.params)) {
    const grad = valuesOf(expected.grads[name]);
    const before = valuesOf(expected.params[name]);
    for (const [at, value] of valuesOf(param).entries()) {
      assert.ok(Math.abs(value - (before[at] - 0.1 * grad[at])) < 1e-9, `${name}, element ${at}`);
    }
  }
});

test('train learns to separate two classes', () => {
  const mlp = create(2, [10], 2);
  const losses = train(mlp, new CrossEntropy(), batches(), { steps: 300, learningRate: 0.2 });
  const { x, targets } = batches()();
  assert.equal(losses.length, 300);
  assert.ok(losses.at(-1) < losses[0], `the loss went from ${losses[0]} to ${losses.at(-1)}`);
  assert.ok(accuracy(mlp.forward(x), targets) >= 0.9, `the accuracy is ${accuracy(mlp.forward(x), targets)}`);
});
