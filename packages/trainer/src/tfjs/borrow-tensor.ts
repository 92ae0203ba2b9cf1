import { engine, type Tensor, type TensorInfo, tensor } from '@tensorflow/tfjs-core';

/** The part of a tfjs backend that takes over values, which its kernels give it, as a tensor. */
interface TakesValues {
  makeTensorInfo(shape: number[], dtype: 'float32', values: Float32Array): TensorInfo;
}

/**
 * Returns a tensor of the caller's values, without a copy of them where the backend can do without. It must be disposed
 * before the values change.
 */
export function borrowTensor(values: Float32Array, shape: readonly number[]): Tensor {
  const { backend } = engine();
  const size = shape.reduce((product, length) => product * length, 1);
  // Another backend may read the values later, or want them elsewhere: `tensor` knows. It also explains what does not fit.
  if (!('takesValues' in backend) || size !== values.length) return tensor(values, [...shape]);
  const info = (backend as unknown as TakesValues).makeTensorInfo([...shape], 'float32', values);
  return engine().makeTensorFromTensorInfo(info, backend);
}
