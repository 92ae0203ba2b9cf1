import { util } from '@tensorflow/tfjs-core';
import type { NativeKernel } from './kernel.js';

/** The smallest size for which it is faster than tfjs's cpu kernel. */
const FROM_SIZE = 256;

/** Softmax over the last axis. */
export const softmax: NativeKernel = {
  kernelName: 'Softmax',
  kernelFunc: ({ inputs: { logits }, attrs: { dim }, context }) => {
    const rank = logits.shape.length;
    const size = util.sizeFromShape(logits.shape);
    const overLast = dim === -1 || dim === rank - 1;
    if (logits.dtype !== 'float32' || !overLast || !context.isWorthwhile(size, FROM_SIZE)) return undefined;
    const length = logits.shape[rank - 1]!;
    const dims = [size / length, length];
    const y = context.output(logits.shape);
    const session = context.runtime.session('ort-backend softmax', (graph) => {
      const input = graph.input('x', 'float32', ['rows', 'length']);
      const outputs = [graph.output('y', 'float32', ['rows', 'length'])];
      graph.node('Softmax', [input], { axis: 1 }, { outputs });
    });
    session.run([{ data: context.floats(logits), dims }], [{ data: y.values, dims }]);
    return y.info;
  },
};
