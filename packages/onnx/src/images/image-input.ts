import { show } from '@cifarlab/internals/show';
import { OnnxError } from '../error.js';
import type { OnnxGraph } from '../graph/onnx-graph.js';
import type { Shape, Value } from '../layers/layer-context.js';

/** Conversion of the bytes of images to a network's input, as in `Preprocessing` of `@cifarlab/cifar10`. */
export type ImagePreprocessing =
  | {
      /** x = byte − mean image. */
      readonly kind: 'mean-image';
      /** [3, side, side], of 0 to 255. */
      readonly meanImage: Float32Array;
    }
  | {
      /** x = (byte / 255 − mean) / deviation, by channel. */
      readonly kind: 'standardize';
      /** Means of the red, green and blue values, in 0 to 1. */
      readonly means: readonly number[];
      /** Standard deviations of these values. */
      readonly deviations: readonly number[];
    };

/** The images that a model takes. */
export interface OnnxImages {
  /** Their height and width in pixels. */
  readonly side: number;
  /** Conversion of bytes to numbers. */
  readonly preprocessing: ImagePreprocessing;
  /** Height and width that the network sees them at, bilinearly interpolated. Default: their own. */
  readonly resolution?: number | undefined;
}

/**
 * Adds the input `images`, bytes [n, side, side, 3] of red, green and blue, and what prepares them for the network.
 *
 * @param shape of the network's input: [null, 3 · side²], or [null, height, width, 3].
 * @throws OnnxError, `INVALID`, when the images do not fit the network or their preprocessing.
 */
export function imageInput(graph: OnnxGraph, images: OnnxImages, shape: Shape): Value {
  const { side, preprocessing, resolution = side } = images;
  requireFit(images, shape);
  const add = (operator: string, inputs: string[], attributes = {}) =>
    graph.node(operator, inputs, { attributes, scope: 'preprocessing' });
  const bytes = graph.input('images', 'uint8', ['n', side, side, 3]);
  const channelsFirst = add('Transpose', [add('Cast', [bytes], { to: 1 })], { perm: [0, 3, 1, 2] });
  const prepared = prepare(graph, add, channelsFirst, preprocessing, side);
  if (shape.length === 2) return { name: add('Flatten', [prepared]), shape };
  const seen = resolution === side ? prepared : resize(graph, add, prepared, resolution);
  return { name: seen, shape: [null, resolution, resolution, 3] };
}

type AddNode = (operator: string, inputs: string[], attributes?: object) => string;

function prepare(graph: OnnxGraph, add: AddNode, x: string, preprocessing: ImagePreprocessing, side: number): string {
  const constant = (name: string, shape: readonly number[], data: Float32Array) =>
    graph.initializer(`preprocessing.${name}`, { shape, data });
  if (preprocessing.kind === 'mean-image') {
    return add('Sub', [x, constant('mean_image', [3, side, side], preprocessing.meanImage)]);
  }
  const ofBytes = (values: readonly number[]) => Float32Array.from(values, (value) => 255 * value);
  const means = constant('means', [3, 1, 1], ofBytes(preprocessing.means));
  return add('Div', [add('Sub', [x, means]), constant('deviations', [3, 1, 1], ofBytes(preprocessing.deviations))]);
}

/** Adds a resize with the centres of pixels at half coordinates. The size of the batch stays what it is. */
function resize(graph: OnnxGraph, add: AddNode, x: string, resolution: number): string {
  const integers = (name: string, ...values: number[]) =>
    graph.initializer(`preprocessing.${name}`, { shape: [values.length], data: BigInt64Array.from(values, BigInt) });
  const outer = add('Slice', [add('Shape', [x]), integers('outer_start', 0), integers('outer_end', 2)]);
  const size = add('Concat', [outer, integers('resolution', resolution, resolution)], { axis: 0 });
  return add('Resize', [x, '', '', size], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  });
}

function requireFit({ side, preprocessing, resolution = side }: OnnxImages, shape: Shape): void {
  const pixels = 3 * side * side;
  if (preprocessing.kind === 'mean-image' && preprocessing.meanImage.length !== pixels) {
    throw invalid(
      `The mean image has ${preprocessing.meanImage.length} numbers, and images of a side of ${side} have ${pixels}; give that of these images.`,
    );
  }
  const fits = (size: number | null | undefined, own: number) => size === null || size === own;
  const isFlat = shape.length === 2 && shape[1] === pixels && resolution === side;
  const isImage = shape.length === 4 && fits(shape[1], resolution) && fits(shape[2], resolution) && shape[3] === 3;
  if (isFlat || isImage) return;
  throw invalid(
    `The network takes inputs of shape ${show(shape)}, which images of a side of ${resolution} are not; ` +
      `it must be [null, ${pixels}] or [null, ${resolution}, ${resolution}, 3].`,
  );
}

function invalid(message: string): OnnxError {
  return new OnnxError('INVALID', message);
}
