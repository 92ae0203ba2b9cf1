import type { SmoothActivation } from '../simd/smooth-activation-kernels.js';
import type { NativeKernel } from './kernel.js';

/** A smooth activation: input x; output y of its shape. */
export const smoothActivation: NativeKernel = {
  kernelName: 'CifarlabSmoothActivation',
  kernelFunc: ({ inputs: { x }, attrs, context }) => {
    const { activation } = attrs as { activation: SmoothActivation };
    const y = context.arenaOutput(x.shape);
    const input = context.arenaFloats(x).byteOffset;
    context.simd.smoothActivations.forward(activation, input, y.values.byteOffset, y.values.length);
    return [y.info];
  },
};

/** The same with its slope, for the gradient: input x; outputs y and activation'(x), of its shape. */
export const smoothActivationWithSlope: NativeKernel = {
  kernelName: 'CifarlabSmoothActivationWithSlope',
  kernelFunc: ({ inputs: { x }, attrs, context }) => {
    const { activation } = attrs as { activation: SmoothActivation };
    const [y, slope] = [context.arenaOutput(x.shape), context.arenaOutput(x.shape)];
    const addresses = {
      x: context.arenaFloats(x).byteOffset,
      y: y.values.byteOffset,
      slope: slope.values.byteOffset,
    };
    context.simd.smoothActivations.withSlope(activation, addresses, y.values.length);
    return [y.info, slope.info];
  },
};
