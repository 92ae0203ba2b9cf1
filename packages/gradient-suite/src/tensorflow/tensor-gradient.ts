import type { Gradient } from '@cifarlab/gradcheck/float32';
import type { FloatNdArray } from '@cifarlab/ndarray-mlp';
import { dispose, grads, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import ndarray from 'ndarray';

/**
 * Returns the gradient of a function of tensors, as TensorFlow.js takes it on the backend in use.
 *
 * @param f gets the inputs in the order in which they are given.
 */
export function tensorGradient(f: (...inputs: Tensor[]) => Tensor): Gradient {
  return (inputs, dout) => {
    const gradients = tidy(() => grads(f)(Object.values(inputs).map(toTensor), toTensor(dout)));
    const read = Object.keys(inputs).map((name, i) => [name, fromTensor(gradients[i]!)] as const);
    dispose(gradients);
    return Object.fromEntries(read);
  };
}

function toTensor(x: FloatNdArray): Tensor {
  return tensor(x.data as Float32Array, [...x.shape], 'float32');
}

/** Returns the values of a tensor. */
export function fromTensor(x: Tensor): FloatNdArray {
  return ndarray(x.dataSync<'float32'>(), [...x.shape]) as FloatNdArray;
}
