import { createEfficientNetLite, freezeStages } from '@cifarlab/efficientnet-lite';
import { startEngine } from '@cifarlab/engines';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { settingsOf } from '../../settings/settings-of.js';
import { imagesIn } from '../images-in.js';
import { forwardFlops, layerWork, trainingFlops } from '../layer-work.js';
import { arithmeticFacts } from './arithmetic.js';
import { finetune } from './finetune.js';

let model: LayersModel;
beforeAll(async () => {
  await startEngine({ family: 'tensorflow.js', engine: 'cpu' });
  model = createEfficientNetLite({ numClasses: 10 });
  return () => void model.dispose();
});

describe('the arithmetic of EfficientNet-Lite0', () => {
  it.each([
    [64, 0.063],
    [96, 0.14],
    [128, 0.25],
    [224, 0.77],
  ])('at %i pixels is %f GFLOP for a forward pass, and three times that for training', (resolution, gigaflops) => {
    freezeStages(model, 0);
    const work = layerWork(model, resolution);
    expect(forwardFlops(work) / 1e9).toBeCloseTo(gigaflops, 2);
    // The images need no gradient.
    const stem = 2 * (resolution / 2) ** 2 * 27 * 32;
    expect(trainingFlops(work)).toBe(3 * forwardFlops(work) - stem);
  });

  it('is one forward pass for frozen stages, and the gradient of the weights alone for the first that is trained', () => {
    const all = (count: number) => {
      freezeStages(model, count);
      return trainingFlops(layerWork(model, 64));
    };
    const forward = forwardFlops(layerWork(model, 64));
    const totals = Array.from({ length: 10 }, (_, count) => all(count));
    expect([...totals].sort((a, b) => b - a)).toEqual(totals);
    expect(totals[9]).toBe(forward + 2 * 1280 * 10);
  });

  it('of a training adds up over its batches and its resolutions', () => {
    const settings = settingsOf(finetune, { maxSteps: 5, batchSize: 4, resolution: 64, startResolution: 32 });
    freezeStages(model, 4);
    const facts = arithmeticFacts(model, settings, 10);
    // Batches of 4, 4, 2, 4, 4 images; 32 pixels in the first three of five steps.
    const [small, large] = [32, 64].map((resolution) => trainingFlops(layerWork(model, resolution)));
    expect(facts['FLOP of the training']).toBe(10 * small! + 8 * large!);
    expect(facts['FLOP of a training step, per image']).toBe(large);
  });
});

it('counts the images of a training as they are handed out', () => {
  const epoch = { batchSize: 4, batchOrder: 'epoch' } as const;
  expect([0, 1, 2, 3, 4, 6, 7].map((steps) => imagesIn(steps, epoch, 10))).toEqual([0, 4, 8, 10, 14, 20, 24]);
  expect(imagesIn(7, { ...epoch, batchOrder: 'course' }, 10)).toBe(28);
});
