import type { NativeKernel } from './kernel.js';

/** Bytes of rows worked on at a time, so that they stay in the cache from one operation to the next. */
const BLOCK_BYTES = 2 ** 18;

/** Batch normalisation with given statistics: scale (x - mean) / sqrt(variance + epsilon) + offset, over the last axis. */
export const fusedBatchNorm: NativeKernel = {
  kernelName: 'FusedBatchNorm',
  kernelFunc: ({ inputs, attrs, context }) => {
    const { x, mean, variance } = inputs;
    const { scale, offset }: Partial<typeof inputs> = inputs;
    const channels = x.shape[x.shape.length - 1];
    const perChannel = [mean, variance, scale, offset].every((tensor) => !tensor || isVector(tensor.shape, channels));
    const size = x.shape.reduce((product, length) => product * length, 1);
    if (!perChannel || size === 0) return undefined;

    const { varianceEpsilon } = attrs as { varianceEpsilon: number };
    const variances = context.floats(variance);
    const scales = scale && context.floats(scale);
    const factors = context.scratch(channels);
    const offsets = context.scratch(channels);
    for (let c = 0; c < channels; c++) factors[c] = (scales?.[c] ?? 1) / Math.sqrt(variances[c] + varianceEpsilon);
    if (offset) offsets.set(context.floats(offset));
    else offsets.fill(0);

    const { elementwise } = context.simd;
    const input = context.arenaFloats(x).byteOffset;
    const means = context.arenaFloats(mean).byteOffset;
    const y = context.arenaOutput(x.shape);
    const rows = size / channels;
    const blockRows = Math.max(1, Math.floor(BLOCK_BYTES / (4 * channels)));
    for (let row = 0; row < rows; row += blockRows) {
      const count = Math.min(blockRows, rows - row);
      const start = 4 * row * channels;
      const block = y.values.byteOffset + start;
      // Centred first: with a large mean, x * factor + (offset - mean * factor) would cancel.
      elementwise.binaryRow('subtract', input + start, means, block, count, channels);
      elementwise.binaryRow('multiply', block, factors.byteOffset, block, count, channels);
      elementwise.binaryRow('add', block, offsets.byteOffset, block, count, channels);
    }
    return y.info;
  },
};

function isVector(shape: readonly number[], length: number): boolean {
  return shape.length === 1 && shape[0] === length;
}
