import { describe, expect, it } from 'vitest';
import { mergeWeights } from './merge-weights.js';
import type { Weights } from './network.js';

/** Makes weights of a network with two linear layers, whose numbers are all the same. */
function weightsOf(value: number, classes: number, units = 2): Weights {
  const array = (...shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(value),
  });
  return {
    'layers.0.weight': array(units, 3),
    'layers.0.bias': array(units),
    'norm.weight': array(units),
    'layers.1.weight': array(classes, units),
    'layers.1.bias': array(classes),
    'norm.running_mean': array(units),
  };
}
const values = ({ weights }: ReturnType<typeof mergeWeights>) =>
  Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data[0]]));

describe('mergeWeights', () => {
  it('takes all where there are as many classes', () => {
    const merged = mergeWeights(weightsOf(0, 2), weightsOf(1, 2));
    expect(merged.keepsHead).toBe(true);
    expect(new Set(Object.values(values(merged)))).toEqual(new Set([1]));
  });

  it.each([
    ['of another number', weightsOf(1, 3), undefined],
    ['of other names', weightsOf(1, 2), false],
  ])('keeps the last layer of the new network for classes %s', (_, trained, keepsHead) => {
    const merged = mergeWeights(weightsOf(0, 2), trained, keepsHead);
    expect(merged.keepsHead).toBe(false);
    expect(values(merged)).toEqual({
      ...{ 'layers.0.weight': 1, 'layers.0.bias': 1, 'norm.weight': 1, 'norm.running_mean': 1 },
      ...{ 'layers.1.weight': 0, 'layers.1.bias': 0 },
    });
  });

  it('does without a last layer', () => {
    const { 'layers.1.weight': _, 'layers.1.bias': __, ...body } = weightsOf(1, 2);
    expect(mergeWeights(weightsOf(0, 2), body).keepsHead).toBe(false);
  });

  it('gives numbers in the precision of the network', () => {
    const own = Object.fromEntries(
      Object.entries(weightsOf(0, 2)).map(([name, { shape, data }]) => [
        name,
        { shape, data: Float64Array.from(data as Float32Array) },
      ]),
    );
    const { weights } = mergeWeights(own, weightsOf(0.1, 2));
    expect(weights['norm.weight']!.data).toEqual(Float64Array.of(Math.fround(0.1), Math.fround(0.1)));
  });

  it.each<[string, Weights, string]>([
    ['another size', weightsOf(1, 2, 5), '"layers.0.weight" is [5, 3], and here it is [2, 3]'],
    ['something missing', { 'layers.0.weight': weightsOf(1, 2)['layers.0.weight']! }, '"layers.0.bias" is missing'],
    [
      'something else',
      { ...weightsOf(1, 2), 'layers.9.weight': weightsOf(1, 2)['norm.weight']! },
      'there is no "layers.9.weight" in this network',
    ],
  ])('refuses %s', (_, trained, message) => {
    expect(() => mergeWeights(weightsOf(0, 2), trained)).toThrow(message);
  });
});
