import type { KernelContext } from '../backend/kernel-context.js';
import { type BatchNormSettings, batchNormFloats } from '../simd/batch-norm-kernels.js';
import type { KernelArguments, NativeKernel } from './kernel.js';

/** Inputs x [..., C], gamma [C], beta [C]; outputs y of x's shape, mean [C], biased variance [C]. */
export const batchNormTraining: NativeKernel = {
  kernelName: 'CifarlabBatchNormTraining',
  kernelFunc: ({ inputs: { x, gamma, beta }, attrs, context }) => {
    const settings = settingsOf(x.shape, attrs);
    const statistics = [settings.channels];
    const [y, mean, variance] = [x.shape, statistics, statistics].map((shape) => context.arenaOutput(shape));
    const addresses = {
      ...addressesOf(context, { x, gamma, beta }),
      y: y.values.byteOffset,
      mean: mean.values.byteOffset,
      variance: variance.values.byteOffset,
      partial: partialOf(context, settings),
    };
    context.simd.batchNorm.forward(addresses, settings);
    return [y.info, mean.info, variance.info];
  },
};

/** Inputs dy, x, y, gamma, mean, variance; outputs dx of x's shape, dgamma [C], dbeta [C]. */
export const batchNormTrainingGrad: NativeKernel = {
  kernelName: 'CifarlabBatchNormTrainingGrad',
  kernelFunc: ({ inputs: { dy, x, y, gamma, mean, variance }, attrs, context }) => {
    const settings = settingsOf(x.shape, attrs);
    const perChannel = [settings.channels];
    const [dx, dgamma, dbeta] = [x.shape, perChannel, perChannel].map((shape) => context.arenaOutput(shape));
    const addresses = {
      ...addressesOf(context, { dy, x, y, gamma, mean, variance }),
      dx: dx.values.byteOffset,
      dgamma: dgamma.values.byteOffset,
      dbeta: dbeta.values.byteOffset,
      partial: partialOf(context, settings),
    };
    context.simd.batchNorm.gradient(addresses, settings);
    return [dx.info, dgamma.info, dbeta.info];
  },
};

function partialOf(context: KernelContext, { rows, channels }: BatchNormSettings): number {
  return context.scratch(batchNormFloats(rows, channels)).byteOffset;
}

function settingsOf(shape: readonly number[], attrs: KernelArguments['attrs']): BatchNormSettings {
  const channels = shape[shape.length - 1];
  const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const { epsilon, activation } = attrs as unknown as Pick<BatchNormSettings, 'epsilon' | 'activation'>;
  return { rows, channels, epsilon, activation };
}

function addressesOf<K extends string>(
  context: KernelContext,
  tensors: Record<K, KernelArguments['inputs'][string]>,
): Record<K, number> {
  const entries = Object.entries(tensors) as [K, KernelArguments['inputs'][string]][];
  return Object.fromEntries(entries.map(([name, tensor]) => [name, context.arenaFloats(tensor).byteOffset])) as Record<
    K,
    number
  >;
}
