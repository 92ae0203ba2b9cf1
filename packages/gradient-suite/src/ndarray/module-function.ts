import type { FloatArrays } from '@cifarlab/gradcheck/float32';
import type { FloatNdArray, Mode, Module } from '@cifarlab/ndarray-mlp';
import { cast, mapArrays } from '../arrays.js';
import type { DifferentiableFunction } from '../gradient-case.js';

/** Returns a module as a function of its input `x` and its parameters. */
export function moduleFunction(module: Module, mode?: Mode): DifferentiableFunction {
  const value = ({ x, ...params }: FloatArrays) => {
    setAll(module.params, params);
    return module.forward(x!, mode);
  };
  const gradient = (inputs: FloatArrays, dout: FloatNdArray): FloatArrays => {
    value(inputs);
    // The module writes the next gradients of its parameters to the same arrays.
    return { x: module.backward(dout), ...mapArrays(module.grads, (grad) => cast(grad, grad.dtype)) };
  };
  return { value, gradient };
}

/** Writes each of `values` into the array of the same name. */
export function setAll(arrays: FloatArrays, values: FloatArrays): void {
  for (const [name, array] of Object.entries(arrays)) array.data.set(values[name]!.data);
}
