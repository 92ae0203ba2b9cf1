import { util } from '@tensorflow/tfjs-core';
import type { NativeKernel } from './kernel.js';

/** Elements from which it is faster than tfjs's cpu kernel, which takes some 100 ns for each. */
const FROM_SIZE = 256;

/** y[i_0, …, i_n] has the axes of x in the order of `perm`. */
export const transpose: NativeKernel = {
  kernelName: 'Transpose',
  kernelFunc: ({ inputs: { x }, attrs, context }) => {
    const { perm } = attrs as unknown as { perm: number[] };
    const size = util.sizeFromShape(x.shape);
    if (x.dtype !== 'float32' || !context.isWorthwhile(size, FROM_SIZE) || size === 0) return undefined;
    const y = context.output(perm.map((axis) => x.shape[axis]));
    const session = context.runtime.session(`ort-backend Transpose ${perm}`, (graph) => {
      const axes = perm.map((_, axis) => `axis${axis}`);
      const outputs = [
        graph.output(
          'y',
          'float32',
          perm.map((axis) => axes[axis]!),
        ),
      ];
      graph.node('Transpose', [graph.input('x', 'float32', axes)], { perm }, { outputs });
    });
    session.run([{ data: context.floats(x), dims: x.shape }], [{ data: y.values, dims: y.info.shape }]);
    return y.info;
  },
};
