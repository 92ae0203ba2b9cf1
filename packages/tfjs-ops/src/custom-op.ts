import { engine, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';

/** An op with its own gradient, and with as many inputs and outputs as it likes. */
export interface CustomOp {
  /** The tensors that gradients are taken of, by name. */
  inputs: NamedTensorMap;
  /**
   * Makes the outputs, and names the tensors that `backward` needs, each an input or an output: they are kept only while
   * gradients are taken.
   */
  forward(save: (tensors: Tensor[]) => void): Tensor[];
  /**
   * Makes the gradients.
   *
   * @param dys the gradient of each output: zeros where nothing depends on it.
   * @returns for each input a function that makes its gradient; it is called only if that gradient is needed.
   */
  backward(dys: Tensor[], saved: Tensor[]): Record<string, () => Tensor>;
}

/** The part of tfjs's engine that `tf.customGrad` rests on; `tf.customGrad` itself has one output and no thunks. */
interface GradientEngine {
  runKernelFunc(params: {
    inputs: NamedTensorMap;
    forwardFunc(backend: unknown, save: (tensors: Tensor[]) => void): Tensor[];
    backwardsFunc(dys: Tensor | Tensor[], saved: Tensor[]): Record<string, () => Tensor>;
  }): Tensor[];
}

/**
 * Runs the op now, and records its gradient when gradients are being taken. Unlike `tf.customGrad`, an op may have
 * several outputs, and only the gradients that are needed are made.
 *
 * @returns the outputs.
 */
export function runCustomOp({ inputs, forward, backward }: CustomOp): Tensor[] {
  return (engine() as unknown as GradientEngine).runKernelFunc({
    inputs,
    forwardFunc: (_backend, save) => forward(save),
    backwardsFunc: (dys, saved) => backward(Array.isArray(dys) ? dys : [dys], saved),
  });
}

/** Says whether gradients are being taken of what runs now; in a backward pass: whether gradients of gradients are. */
export function isRecording(): boolean {
  return engine().state.gradientDepth > 0;
}
