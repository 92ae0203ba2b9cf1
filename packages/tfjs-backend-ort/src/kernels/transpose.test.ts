import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { expectAgreement, onBothBackends, randomOperand, registerBothBackends } from '../../test/backends.js';

beforeAll(registerBothBackends);

const shape = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 });

it('any order of the axes agrees with the cpu kernel', () => {
  const cases = shape.chain((dims) => fc.record({ dims: fc.constant(dims), perm: permutation(dims.length) }));
  fc.assert(
    fc.property(cases, ({ dims, perm }) => {
      const both = onBothBackends([randomOperand(dims, 1)], (x) => tf.transpose(x, perm));
      expectAgreement(both, { relative: 0 });
    }),
    { numRuns: 100 },
  );
});

it('is native for large tensors, back and forth', () => {
  const both = onBothBackends([randomOperand([3, 3, 16, 32], 1)], (x) => tf.transpose(x, [3, 2, 0, 1]));
  expectAgreement(both, { relative: 0 });
  expect(both.calls.Transpose!.cpu).toBe(0);
  expect(both.calls.Transpose!.native).toBeGreaterThan(0);
});

function permutation(rank: number): fc.Arbitrary<number[]> {
  return fc
    .array(fc.double({ noNaN: true }), { minLength: rank, maxLength: rank })
    .map((keys) => keys.map((_, axis) => axis).sort((a, b) => keys[a]! - keys[b]!));
}
