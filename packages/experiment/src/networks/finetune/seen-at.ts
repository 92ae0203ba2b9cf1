import { resizeImages } from '@cifarlab/torch-layers';
import type { TfjsModel } from '@cifarlab/trainer/tfjs';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** The sides that a network sees images at, in pixels. */
export interface Sides {
  /** Side in evaluation mode. */
  evaluation: number;
  /** Side in training, by the number of the step. */
  training: (step: number) => number;
}

/** Makes a network that takes images of any side, and sees them at the side of the step. */
export function seenAt(model: LayersModel, { evaluation, training }: Sides): TfjsModel {
  return {
    weights: model.weights,
    trainableWeights: model.trainableWeights,
    apply(images: Tensor, kwargs) {
      const side = kwargs.training && kwargs.step !== undefined ? training(kwargs.step) : evaluation;
      return model.apply(resizeImages(images, side), kwargs);
    },
  };
}
