import { backend_util, type NamedAttrMap, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { KernelContext, Output } from '../backend/kernel-context.js';
import type { NativeKernel } from './kernel.js';
import { axisGroups } from './reduction/axis-groups.js';
import { sum as sumGroups } from './reduction/sum.js';

/** The smallest sizes for which it is faster than tfjs's cpu kernel, which transposes unless the last axes are reduced. */
const FROM_SIZE = 2048;
const FROM_SIZE_TRANSPOSED = 128;

/** The sum over some axes, or all. */
export const sum: NativeKernel = {
  kernelName: 'Sum',
  kernelFunc: ({ inputs: { x }, attrs, context }) => sumOver(context, x, attrs)?.info,
};

/** The sum over some axes, or all, divided by the number of elements in each sum. */
export const mean: NativeKernel = {
  kernelName: 'Mean',
  kernelFunc: ({ inputs: { x }, attrs, context }) => {
    const y = sumOver(context, x, attrs);
    if (!y) return undefined;
    const count = util.sizeFromShape(x.shape) / y.values.length;
    for (let i = 0; i < y.values.length; i++) y.values[i]! /= count;
    return y.info;
  },
};

/** Undefined for small and empty tensors, other types, and where nothing is to be summed. */
function sumOver(context: KernelContext, x: TensorInfo, { axis, keepDims }: NamedAttrMap): Output | undefined {
  const axes = util.parseAxisParam(axis as number[], x.shape);
  const groups = axisGroups(x.shape, axes);
  const fromSize = groups.at(-1)?.reduced ? FROM_SIZE : FROM_SIZE_TRANSPOSED;
  const worthwhile = context.isWorthwhile(util.sizeFromShape(x.shape), fromSize);
  if (x.dtype !== 'float32' || !worthwhile || !groups.some(({ reduced }) => reduced)) return undefined;
  const [outShape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const y = context.arenaOutput(keepDims ? backend_util.expandShapeToKeepDim(outShape, axes) : outShape);
  sumGroups(context, context.arenaFloats(x), y.values, groups);
  return y;
}
