import type { FloatNdArray } from '@cifarlab/ndarray-mlp';
import { dispose, grads, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import ndarray from 'ndarray';
import type { TensorGradient } from '../gradient-case.js';

/**
 * Returns the gradient of a function of tensors, as TensorFlow.js takes it on the backend in use.
 *
 * @param f gets the inputs in the order in which they are given.
 */
export function tensorGradient(f: (...inputs: Tensor[]) => Tensor): TensorGradient['single'] {
  return async (inputs, dout) => {
    const gradients = tidy(() => grads(f)(Object.values(inputs).map(toTensor), toTensor(dout)));
    const read = Object.keys(inputs).map(async (name, i) => [name, await readTensor(gradients[i]!)] as const);
    try {
      return Object.fromEntries(await Promise.all(read));
    } finally {
      dispose(gradients);
    }
  };
}

function toTensor(x: FloatNdArray): Tensor {
  return tensor(x.data as Float32Array, [...x.shape], 'float32');
}

/** Returns the values of a tensor. */
export async function readTensor(x: Tensor): Promise<FloatNdArray> {
  return ndarray(await x.data<'float32'>(), [...x.shape]) as FloatNdArray;
}
