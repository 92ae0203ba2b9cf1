import { assertGradcheck } from '@cifarlab/gradcheck';
import fc from 'fast-check';
import ndarray, { type NdArray } from 'ndarray';
import { describe, expect, it } from 'vitest';
import { smoothLabels, softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient } from './softmax-cross-entropy.js';

/** Logits and targets, both [n, classes]; the targets need not be a distribution. */
const problem = fc.integer({ min: 1, max: 7 }).chain((n) =>
  fc.integer({ min: 2, max: 6 }).chain((classes) => {
    const values = (min: number, max: number) =>
      fc.array(fc.double({ min, max, noNaN: true }), { minLength: n * classes, maxLength: n * classes });
    return fc.record({ classes: fc.constant(classes), logits: values(-5, 5), targets: values(0, 1) });
  }),
);

describe('softmaxCrossEntropy', () => {
  it('gives the values worked out by hand', () => {
    const logits = Float32Array.of(1, 2, 3, 0, 0, 0);
    const targets = Float32Array.of(0, 0, 1, 0.5, 0.5, 0);
    const { loss, correct, predicted, probabilities } = softmaxCrossEntropy(logits, targets, 3);
    const total = Math.exp(1) + Math.exp(2) + Math.exp(3);
    expect(loss).toBeCloseTo(Math.log(total) - 3 + Math.log(3), 14);
    expect(correct).toBe(2);
    expect([...predicted]).toEqual([2, 0]);
    [1, 2, 3].forEach((z, c) => void expect(probabilities[c]).toBeCloseTo(Math.exp(z) / total, 7));
    expect(softmax(logits, 3)).toEqual(probabilities);
  });

  it('has the gradient of the mean loss', () => {
    fc.assert(
      fc.property(problem, ({ classes, logits, targets }) => {
        const n = logits.length / classes;
        assertGradcheck(
          (z: NdArray) => {
            const { loss, probabilities } = softmaxCrossEntropy(z.data as Float64Array, targets, classes);
            const gradient = softmaxCrossEntropyGradient(probabilities, targets, classes);
            return {
              output: loss / n,
              backward: () => ndarray(Float64Array.from(gradient), [logits.length]),
            };
          },
          ndarray(Float64Array.from(logits), [logits.length]),
          { atol: 1e-6, rtol: 1e-5 },
        );
      }),
      { numRuns: 30 },
    );
  });

  it('neither overflows nor loses small losses', () => {
    const huge = Float32Array.of(3e38, -3e38, 1e4, 0);
    expect(softmaxCrossEntropy(huge, Float32Array.of(1, 0, 1, 0), 2).loss).toBe(0);
    expect(softmaxCrossEntropy(Float32Array.of(0, 1e4), Float32Array.of(1, 0), 2).loss).toBe(1e4);
    expect([...softmax(huge, 2)]).toEqual([1, 0, 1, 0]);
    const confident = softmaxCrossEntropy(Float32Array.of(30, 0), Float32Array.of(1, 0), 2);
    expect(confident.loss / Math.exp(-30)).toBeCloseTo(1, 1);
  });

  it('moving all logits of a row changes nothing', () => {
    fc.assert(
      fc.property(problem, fc.integer({ min: -64, max: 64 }), ({ classes, logits, targets }, shift) => {
        const a = softmaxCrossEntropy(logits, targets, classes);
        const b = softmaxCrossEntropy(
          logits.map((z) => z + shift),
          targets,
          classes,
        );
        expect(b.loss).toBeCloseTo(a.loss, 10);
      }),
    );
  });

  it('counts a row with NaN as no class, and its loss as NaN', () => {
    const logits = Float32Array.of(1, Number.NaN, 2, 1);
    const { loss, correct, predicted } = softmaxCrossEntropy(logits, Float32Array.of(0, 1, 1, 0), 2);
    expect(loss).toBeNaN();
    expect(correct).toBe(1);
    expect([...predicted]).toEqual([2, 0]);
    expect(softmaxCrossEntropy(Float32Array.of(Infinity, 0), Float32Array.of(1, 0), 2).loss).toBeNaN();
  });
});

describe('smoothLabels', () => {
  it('spreads a part of the labels over all classes', () => {
    expect([...smoothLabels(Float32Array.of(0, 1, 0, 0), 4, 0.2)]).toEqual([
      ...Float32Array.of(0.05, 0.85, 0.05, 0.05),
    ]);
  });

  it('leaves labels alone without smoothing', () => {
    const labels = Float32Array.of(0, 1);
    expect(smoothLabels(labels, 2, 0)).toBe(labels);
  });
});
