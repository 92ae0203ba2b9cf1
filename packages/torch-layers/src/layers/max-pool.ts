import { getBackend, maxPool, pad, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { imageShape, type Shape, singleInput } from './shape.js';

/**
 * The largest value of each 3x3 window at stride 2, with a padding of 1 on every side: PyTorch's
 * `torch.nn.MaxPool2d(3, stride=2, padding=1)`. tf.layers has padding on one side only (`same`), or none.
 *
 * Input [batch, height, width, channels], output [batch, ⌈height / 2⌉, ⌈width / 2⌉, channels].
 */
export class MaxPool3x3 extends layers.Layer {
  static get className(): string {
    return 'CifarlabMaxPool3x3';
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch, height, width, channels] = imageShape(this.name, inputShape);
    const half = (size: number | null) => (size === null ? null : Math.ceil(size / 2));
    return [batch, half(height), half(width), channels];
  }

  override call(inputs: Tensor | Tensor[], kwargs: object): Tensor {
    this.invokeCallHook(inputs, kwargs);
    const x = singleInput<Tensor4D>(this.name, inputs);
    // tfjs-node does not have a kernel for a number as padding; elsewhere that kernel is faster.
    return getBackend() === 'tensorflow' ? padAndPool(x) : maxPool(x, 3, 2, 1, 'floor');
  }
}

/** Returns the layer's output by way of a padded input, for backends that do not pad on both sides themselves. */
export function padAndPool(x: Tensor4D): Tensor4D {
  const border: [number, number] = [1, 1];
  return tidy(() => maxPool(pad(x, [[0, 0], border, border, [0, 0]], Number.NEGATIVE_INFINITY), 3, 2, 'valid'));
}
