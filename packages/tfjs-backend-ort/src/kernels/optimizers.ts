import type { AdamSettings, SgdSettings } from '../simd/optimizer-kernels.js';
import type { NativeKernel } from './kernel.js';

// The successors lie where their predecessors lay unless something else refers to those. A step then needs no memory of its
// own, and the weights, which outlive all else, do not wander through the memory and leave gaps.

/** A step of Adam or AdamW: inputs param, gradient, m, v and, for amsgrad, vMax; outputs their successors. */
export const adam: NativeKernel = {
  kernelName: 'CifarlabAdam',
  kernelFunc: ({ inputs, attrs, context }) => {
    const { param, gradient, m, v } = inputs;
    const { vMax }: Partial<typeof inputs> = inputs;
    const state = vMax ? [param, m, v, vMax] : [param, m, v];
    const addressOf = (tensor: typeof param) => context.arenaFloats(tensor).byteOffset;
    const before = {
      parameter: addressOf(param),
      gradient: addressOf(gradient),
      m: addressOf(m),
      v: addressOf(v),
      ...(vMax && { vMax: addressOf(vMax) }),
    };
    const outputs = state.map((tensor) => context.successor(tensor));
    const [nextParameter, nextM, nextV, nextVMax] = outputs.map(({ values }) => values.byteOffset);
    const addresses = { ...before, nextParameter, nextM, nextV, ...(vMax && { nextVMax }) };
    context.simd.optimizers.adam(addresses, outputs[0].values.length, attrs as unknown as AdamSettings);
    return outputs.map(({ info }) => info);
  },
};

/** A step of SGD: inputs param, gradient and, with momentum, momentumBuffer; outputs the successors of the state. */
export const sgd: NativeKernel = {
  kernelName: 'CifarlabSgd',
  kernelFunc: ({ inputs, attrs, context }) => {
    const { param, gradient } = inputs;
    const { momentumBuffer }: Partial<typeof inputs> = inputs;
    const settings = attrs as unknown as SgdSettings;
    const before = {
      parameter: context.arenaFloats(param).byteOffset,
      gradient: context.arenaFloats(gradient).byteOffset,
      ...(momentumBuffer && { buffer: context.arenaFloats(momentumBuffer).byteOffset }),
    };
    const bufferAfter = () => (momentumBuffer ? context.successor(momentumBuffer) : context.arenaOutput(param.shape));
    const nextBuffer = settings.momentum === 0 ? undefined : bufferAfter();
    const next = context.successor(param);
    const addresses = {
      ...before,
      nextParameter: next.values.byteOffset,
      ...(nextBuffer && { nextBuffer: nextBuffer.values.byteOffset }),
    };
    context.simd.optimizers.sgd(addresses, next.values.length, settings);
    return nextBuffer ? [next.info, nextBuffer.info] : [next.info];
  },
};
