import type { NativeKernel } from './kernel.js';

const { fround } = Math;

/**
 * Moves a batch normalisation's running statistic: inputs running and batch [C], output
 * (1 - momentum) running + momentum scale batch, which lies where `running` lay unless something else refers to that.
 * Each operation is rounded to float32, as tfjs's own are.
 */
export const runningAverage: NativeKernel = {
  kernelName: 'CifarlabRunningAverage',
  kernelFunc: ({ inputs: { running, batch }, attrs, context }) => {
    const { momentum, scale } = attrs as { momentum: number; scale: number };
    const [kept, taken, factor] = [fround(1 - momentum), fround(momentum), fround(scale)];
    const [before, values] = [context.arenaFloats(running), context.floats(batch)];
    const next = context.successor(running);
    for (let c = 0; c < values.length; c++) {
      const share = fround(fround(values[c]! * factor) * taken);
      next.values[c] = fround(before[c]! * kept) + share;
    }
    return [next.info];
  },
};
