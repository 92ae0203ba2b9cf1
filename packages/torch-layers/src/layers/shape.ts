import type { Tensor } from '@tensorflow/tfjs-core';

/** Shape of a tensor in tf.layers, without a known size of the batch. */
export type Shape = (number | null)[];

/** Returns [batch, height, width, channels], of which the channels are known. */
export function imageShape(
  layer: string,
  inputShape: Shape | Shape[],
): [number | null, number | null, number | null, number] {
  return shapeOf(layer, inputShape, ['batch', 'height', 'width', 'channels']) as [
    number | null,
    number | null,
    number | null,
    number,
  ];
}

/** Returns [batch, features], of which the features are known. */
export function matrixShape(layer: string, inputShape: Shape | Shape[]): [number | null, number] {
  return shapeOf(layer, inputShape, ['batch', 'features']) as [number | null, number];
}

function shapeOf(layer: string, inputShape: Shape | Shape[], axes: readonly string[]): Shape {
  const shape = single(layer, Array.isArray(inputShape[0]) ? (inputShape as Shape[]) : [inputShape as Shape]);
  if (shape.length !== axes.length || shape.at(-1) == null) {
    throw new RangeError(
      `${layer}: the input has shape ${JSON.stringify(shape)}, but [${axes.join(', ')}] with a known number of ` +
        `${axes.at(-1)} is needed.`,
    );
  }
  return shape;
}

/** Returns the one input of a layer, which tf.layers gives in a list or by itself. */
export function singleInput<T extends Tensor>(layer: string, inputs: Tensor | Tensor[]): T {
  return single(layer, Array.isArray(inputs) ? inputs : [inputs]) as T;
}

function single<T>(layer: string, list: T[]): T {
  if (list.length !== 1) throw new RangeError(`${layer} takes 1 input; got ${list.length}.`);
  return list[0]!;
}
