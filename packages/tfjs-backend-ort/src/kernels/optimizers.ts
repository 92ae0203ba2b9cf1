import type { AdamSettings, SgdSettings } from '../simd/optimizer-kernels.js';
import type { NativeKernel } from './kernel.js';

/** A step of Adam or AdamW: inputs param, gradient, m, v and, for amsgrad, vMax; outputs their successors. */
export const adam: NativeKernel = {
  kernelName: 'CifarlabAdam',
  kernelFunc: ({ inputs, attrs, context }) => {
    const { param, gradient, m, v } = inputs;
    const { vMax }: Partial<typeof inputs> = inputs;
    const state = vMax ? [param, m, v, vMax] : [param, m, v];
    const outputs = state.map(({ shape }) => context.arenaOutput(shape));
    const [nextParameter, nextM, nextV, nextVMax] = outputs.map(({ values }) => values.byteOffset);
    const addresses = {
      parameter: context.arenaFloats(param).byteOffset,
      gradient: context.arenaFloats(gradient).byteOffset,
      m: context.arenaFloats(m).byteOffset,
      v: context.arenaFloats(v).byteOffset,
      ...(vMax && { vMax: context.arenaFloats(vMax).byteOffset, nextVMax }),
      nextParameter,
      nextM,
      nextV,
    };
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
    const next = context.arenaOutput(param.shape);
    const nextBuffer = settings.momentum === 0 ? undefined : context.arenaOutput(param.shape);
    const addresses = {
      parameter: context.arenaFloats(param).byteOffset,
      gradient: context.arenaFloats(gradient).byteOffset,
      nextParameter: next.values.byteOffset,
      ...(momentumBuffer && { buffer: context.arenaFloats(momentumBuffer).byteOffset }),
      ...(nextBuffer && { nextBuffer: nextBuffer.values.byteOffset }),
    };
    context.simd.optimizers.sgd(addresses, next.values.length, settings);
    return nextBuffer ? [next.info, nextBuffer.info] : [next.info];
  },
};
