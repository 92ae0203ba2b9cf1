import { assertKnownKeys } from '@cifarlab/internals/checks';
import { tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Whitening } from '../layers/whitening.js';
import { whiteningKernel } from './whitening-kernel.js';

/** Options of {@link whiten}. */
export interface WhitenOptions {
  /** Constant added to the eigenvalues, above 0. Default 5e-4. */
  epsilon?: number;
}

/**
 * Sets the filters of a network's whitening layer to those that decorrelate the patches of images: see
 * {@link whiteningKernel}.
 *
 * @param model of `createFastNet`.
 * @param images preprocessed as for the network, [count, height, width, channels], row-major; 5,000 are usual.
 * @param shape of `images`.
 * @throws RangeError on images or an epsilon that do not fit; TypeError on a model without such a layer.
 */
export function whiten(
  model: LayersModel,
  images: ArrayLike<number>,
  shape: readonly number[],
  options: WhitenOptions = {},
): void {
  assertKnownKeys('whiten', options, ['epsilon']);
  const { epsilon = 5e-4 } = options;
  // Not by class: a model may have layers of both builds of a package, ESM and CommonJS.
  const layer = model.layers.find((layer) => layer.getClassName() === 'CifarlabWhitening') as Whitening | undefined;
  if (layer === undefined) {
    throw new TypeError(`whiten: the model ${JSON.stringify(model.name)} has no Whitening layer; use createFastNet.`);
  }
  const { kernel } = layer;
  const [, , channels] = kernel.shape as number[];
  if (shape[3] !== channels) {
    throw new RangeError(`whiten: the images have ${shape[3]} channels, but the model's have ${channels}.`);
  }
  const values = tensor(whiteningKernel(images, shape, epsilon), kernel.shape as number[]);
  kernel.write(values);
  values.dispose();
}
