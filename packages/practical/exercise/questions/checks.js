// What the tests of the questions share.
import assert from 'node:assert/strict';
import { evalNumericalGradientArray } from '@cifarlab/gradcheck';
import { RandomState } from '@cifarlab/numpy-random';
import ndarray from 'ndarray';

/** Returns an ndarray of numbers from the standard normal distribution. */
export function randn(seed, shape) {
  const rng = new RandomState(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  return ndarray(
    Float64Array.from({ length: size }, () => rng.normal()),
    shape,
  );
}

/** Returns an ndarray of these values. */
export function array(values, shape) {
  return ndarray(Float64Array.from(values), shape);
}

/** Returns one-hot rows. */
export function oneHot(labels, numClasses) {
  const targets = array(new Array(labels.length * numClasses).fill(0), [labels.length, numClasses]);
  for (const [row, label] of labels.entries()) targets.set(row, label, 1);
  return targets;
}

/** Returns the elements of an ndarray or a tensor in a plain array, row by row. */
export function valuesOf(x) {
  if (typeof x?.dataSync === 'function') return [...x.dataSync()];
  assert.ok(x?.shape !== undefined && x?.data !== undefined, `an array is needed, and ${x} was returned`);
  const index = new Array(x.shape.length).fill(0);
  return Array.from({ length: x.size }, () => {
    const value = x.get(...index);
    for (let axis = index.length - 1; axis >= 0; axis -= 1) {
      index[axis] += 1;
      if (index[axis] < x.shape[axis]) break;
      index[axis] = 0;
    }
    return value;
  });
}

/** Requires two arrays to have the same shape, and elements that differ by at most `tolerance` in proportion. */
export function assertClose(actual, expected, what, tolerance = 1e-6) {
  const values = valuesOf(actual);
  assert.deepEqual([...actual.shape], [...expected.shape], `${what}: the shape`);
  for (const [at, wanted] of valuesOf(expected).entries()) {
    const isClose = Math.abs(values[at] - wanted) <= tolerance * (1 + Math.abs(wanted));
    assert.ok(isClose, `${what}: element ${at} is ${shown(values[at])}, and ${shown(wanted)} is expected`);
  }
}

/** Returns a number without digits that nobody needs. */
function shown(value) {
  return typeof value === 'number' ? Number(value.toPrecision(7)) : value;
}

/** Compares the gradients of a module with those from differences of its output. */
export function assertGradients(module, x) {
  const dout = randn(99, [...module.forward(x).shape]);
  const dx = module.backward(dout);
  const grads = Object.fromEntries(Object.entries(module.grads).map(([name, grad]) => [name, copy(grad)]));
  assertClose(
    dx,
    evalNumericalGradientArray((input) => module.forward(input), x, dout),
    'dL/dX',
  );
  for (const [name, param] of Object.entries(module.params)) {
    const expected = evalNumericalGradientArray(() => module.forward(x), param, dout);
    assertClose(grads[name], expected, `dL/d(${name})`);
  }
}

function copy(x) {
  return array(valuesOf(x), [...x.shape]);
}

/** Fills the parameters of a module with numbers from the standard normal distribution. */
export function randomParams(module, seed = 7) {
  for (const [index, param] of Object.values(module.params).entries())
    param.data.set(randn([seed, index], [param.size]).data);
  return module;
}
