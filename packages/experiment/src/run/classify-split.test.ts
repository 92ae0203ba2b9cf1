import type { DataSet } from '@cifarlab/cifar10';
import { expect, it } from 'vitest';
import type { TrainedNetwork } from '../networks/network.js';
import { classifySplit } from './classify-split.js';

it('a signal that comes while a split is classified ends that between two batches', async () => {
  const interrupt = new AbortController();
  // Where a signal has no turn between two batches, this one is never seen.
  setTimeout(() => interrupt.abort(new Error('enough')), 1);
  let batches = 0;
  const network = {
    *classify() {
      for (; batches < 1_000_000; batches++) {
        const one = { classes: Uint8Array.of(0), predicted: Uint8Array.of(0), probabilities: Float32Array.of(1, 0) };
        yield { count: 1, loss: 1, correct: 1, ...one };
      }
    },
  } as unknown as TrainedNetwork;
  const split = { numExamples: 1_000_000 } as DataSet;
  await expect(classifySplit(network, split, 2, { mirror: false }, interrupt.signal)).rejects.toThrow('enough');
  expect(batches).toBeLessThan(1_000_000);
});
