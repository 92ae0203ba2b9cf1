import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { CrossEntropy, type Loss, oneHot, SoftMax, SoftMaxCrossEntropy } from './index.js';

const matrix = (...rows: number[][]) => ndarray(Float64Array.from(rows.flat()), [rows.length, rows[0]!.length]);

describe('CrossEntropy', () => {
  const loss = new CrossEntropy();

  it('takes 0 log 0 for 0', () => {
    const x = matrix([1, 0], [0.5, 0.5]);
    const targets = oneHot([0, 1], 2);
    expect(loss.forward(x, targets)).toBeCloseTo(Math.log(2) / 2, 15);
    expect(Array.from(loss.backward(x, targets).data, (d) => d + 0)).toEqual([-0.5, 0, 0, -1]);
  });

  it('is infinite where the target has probability 0, in both precisions', () => {
    const x = matrix([1, 0]);
    expect(loss.forward(x, oneHot([1], 2))).toBe(Infinity);
    expect(loss.backward(x, oneHot([1], 2)).get(0, 1)).toBe(-Infinity);
    const x32 = ndarray(Float32Array.of(1, 0), [1, 2]);
    expect(loss.forward(x32, oneHot([1], 2, 'float32'))).toBe(Infinity);
    expect(loss.backward(x32, oneHot([1], 2, 'float32')).get(0, 1)).toBe(-Infinity);
    expect(loss.backward(x32, oneHot([0], 2, 'float32')).get(0, 1) + 0).toBe(0);
  });
});

describe('SoftMaxCrossEntropy', () => {
  const loss = new SoftMaxCrossEntropy();

  it('equals SoftMax and CrossEntropy in turn', () => {
    const logits = matrix([1, 2, 3], [-1, 5, 0.5]);
    const targets = oneHot([2, 0], 3);
    const softmax = new SoftMax();
    const probabilities = softmax.forward(logits);
    expect(loss.forward(logits, targets)).toBeCloseTo(new CrossEntropy().forward(probabilities, targets), 14);
    const chained = softmax.backward(new CrossEntropy().backward(probabilities, targets));
    loss.backward(logits, targets).data.forEach((d, i) => {
      expect(d).toBeCloseTo(chained.data[i]!, 15);
    });
  });

  it('stays finite and exact where the softmax underflows', () => {
    const logits = matrix([1000, -1000, 0]);
    expect(loss.forward(logits, oneHot([1], 3))).toBe(2000);
    expect(Array.from(loss.backward(logits, oneHot([1], 3)).data)).toEqual([1, -1, 0]);
    expect(new CrossEntropy().forward(new SoftMax().forward(logits), oneHot([1], 3))).toBe(Infinity);
  });
});

describe.each([
  ['CrossEntropy', new CrossEntropy()],
  ['SoftMaxCrossEntropy', new SoftMaxCrossEntropy()],
] as [string, Loss][])('%s', (name, loss) => {
  const x = matrix([0.25, 0.25, 0.5], [0.5, 0.25, 0.25]);

  it('leaves its arguments as they are', () => {
    const targets = oneHot([0, 1], 3);
    loss.forward(x, targets);
    loss.backward(x, targets);
    expect(Array.from(x.data)).toEqual([0.25, 0.25, 0.5, 0.5, 0.25, 0.25]);
    expect(Array.from(targets.data)).toEqual([1, 0, 0, 0, 1, 0]);
  });

  it.each(['forward', 'backward'] as const)('%s names what is wrong with the targets', (pass) => {
    expect(() => loss[pass](x, ndarray(Float64Array.of(0, 2)))).toThrow(
      `${name}: targets have shape [2], but one-hot rows of shape [2, 3] are needed; ` +
        'turn class numbers into rows with oneHot(classes, 3).',
    );
    expect(() => loss[pass](x, matrix([0, 1, 0], [0, 1, 1]))).toThrow(
      `${name}: row 1 of the targets sums to 2, but a one-hot row sums to 1.`,
    );
    expect(() => loss[pass](x, matrix([0, 1, 0], [0, Number.NaN, 1]))).toThrow(/row 1 of the targets sums to NaN/);
    expect(() => loss[pass](x, oneHot([0, 1], 3, 'float32'))).toThrow(
      new TypeError(
        `${name}: the targets array has dtype float32, but float64 is needed; convert it, or give the module the dtype of its input.`,
      ),
    );
    expect(() => loss[pass](ndarray(new Float64Array(0), [0, 3]), ndarray(new Float64Array(0), [0, 3]))).toThrow(
      `${name}: x has shape [0, 3], but [S, C] with S and C of 1 or more is needed.`,
    );
  });
});
