import type { LayersModel } from '@tensorflow/tfjs-layers';
import { imagesIn } from '../images-in.js';
import { forwardFlops, type LayerWork, layerWork } from '../layer-work.js';
import type { NetworkFacts } from '../network.js';
import type { FastnetSettings } from './settings.js';

/** Side of the images, in pixels. */
const SIDE = 32;

/** Steps of the iteration that makes an update orthogonal. */
const NEWTON_SCHULZ_STEPS = 3;

/**
 * Counts the arithmetic of a training in floating-point operations, two per multiply-add: of convolutions, of the linear
 * layer and of the products that make updates orthogonal. Evaluations are not in it.
 *
 * @param images for training.
 */
export function fastnetArithmetic(model: LayersModel, settings: FastnetSettings, images: number): NetworkFacts {
  const { maxSteps, whitening, whiteningBiasSteps, optimizer } = settings;
  const work = layerWork(model, SIDE);
  const withBias = imagesIn(Math.min(maxSteps, whitening ? whiteningBiasSteps : maxSteps), settings, images);
  const others = imagesIn(maxSteps, settings, images) - withBias;
  const step = (trainsFirst: boolean) => stepFlops(work, { trainsFirst, trainsKernel: !whitening });
  const updates = optimizer === 'muon' ? maxSteps * updateFlops(model) : 0;
  return {
    'FLOP of a forward pass, per image': forwardFlops(work),
    'FLOP of a training step, per image': step(false),
    'FLOP of the training': withBias * step(true) + others * step(false) + updates,
  };
}

/**
 * Returns the operations of a step for one image: a layer's forward pass, as much again for the gradient of its kernel, and
 * as much for that of its input, which the second layer needs only while something of the first is trained.
 */
function stepFlops(
  [first, second, ...rest]: readonly LayerWork[],
  { trainsFirst, trainsKernel }: { trainsFirst: boolean; trainsKernel: boolean },
): number {
  return (
    first!.flops * (trainsKernel ? 2 : 1) +
    second!.flops * (trainsFirst || trainsKernel ? 3 : 2) +
    3 * forwardFlops(rest)
  );
}

/** Returns the operations that make the updates of all filters orthogonal: XᵀX, its square, and X times a square matrix. */
function updateFlops(model: LayersModel): number {
  return model.trainableWeights.reduce((sum, { shape }) => {
    if (shape.length !== 4) return sum;
    const columns = shape[3]!;
    const rows = shape.slice(0, 3).reduce<number>((product, size) => product * size!, 1);
    const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
    return sum + NEWTON_SCHULZ_STEPS * (4 * long * short ** 2 + 2 * short ** 3);
  }, 0);
}
