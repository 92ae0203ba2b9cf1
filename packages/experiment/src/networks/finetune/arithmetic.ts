import type { LayersModel } from '@tensorflow/tfjs-layers';
import { imagesIn } from '../images-in.js';
import { forwardFlops, layerWork, trainingFlops } from '../layer-work.js';
import type { NetworkFacts } from '../network.js';
import { resolutionPhases } from './resolutions.js';
import type { FinetuneSettings } from './settings.js';

/**
 * Counts the arithmetic of a training in floating-point operations, two per multiply-add: of convolutions and linear layers,
 * which are all but a few per cent. Evaluations are not in it.
 *
 * @param images for training.
 */
export function arithmeticFacts(model: LayersModel, settings: FinetuneSettings, images: number): NetworkFacts {
  const { resolution, maxSteps } = settings;
  const phases = resolutionPhases(settings);
  const total = phases.reduce((sum, { resolution, first }, index) => {
    const last = Math.min(phases[index + 1]?.first ?? Number.POSITIVE_INFINITY, maxSteps + 1) - 1;
    if (last < first) return sum;
    const count = imagesIn(last, settings, images) - imagesIn(first - 1, settings, images);
    return sum + count * trainingFlops(layerWork(model, resolution));
  }, 0);
  const work = layerWork(model, resolution);
  return {
    'FLOP of a forward pass, per image': forwardFlops(work),
    'FLOP of a training step, per image': trainingFlops(work),
    'FLOP of the training': total,
  };
}
