// Every network that is trained with TensorFlow.js, so small that software computes a step in seconds.
import { createPreActConvNet } from '@cifarlab/convnet-preact';
import { createEfficientNetLite } from '@cifarlab/efficientnet-lite';
import { createFastNet } from '@cifarlab/fastnet';
import { createMlp } from '@cifarlab/mlp';
import { createResNet } from '@cifarlab/resnet';
import { Adam, AdamW, Muon, SGD } from '@cifarlab/tfjs-ops';
import { TfjsLearner } from '@cifarlab/trainer/tfjs';

const CLASSES = 3;
const common = { numClasses: CLASSES, seed: 3 };

/** How each is made, with its optimizer; the images of a batch, and their side. */
export const networks = {
  mlp: {
    model: () => createMlp({ ...common, nInputs: 48, nHidden: [16, 8], init: 'he', norm: 'layer', dropout: 0.2 }),
    optimizer: () => new Adam({ clipNorm: 1 }),
    ...{ images: 6, side: 4, isFlat: true },
  },
  convnet: {
    model: () => createPreActConvNet({ ...common, inputShape: [16, 16, 3], width: 2 }),
    optimizer: () => new SGD({ learningRate: 1, momentum: 0.9, nesterov: true }),
    ...{ images: 4, side: 16 },
  },
  fastnet: {
    model: () => createFastNet({ ...common, inputShape: [25, 25, 3], widths: [2, 4, 4] }),
    optimizer: () => new Muon({ learningRate: 1 }),
    ...{ images: 4, side: 25 },
  },
  'efficientnet-lite': {
    model: () => createEfficientNetLite({ ...common, variant: { width: 0.1, depth: 0.3 } }),
    optimizer: () => new AdamW(),
    ...{ images: 2, side: 16 },
  },
  resnet: {
    model: () => createResNet({ ...common, variant: [1, 1, 1, 1], width: 4 }),
    optimizer: () => new AdamW(),
    ...{ images: 2, side: 32 },
  },
};

/** A learner of a network, and four batches for it. */
export function learnerOf({ model: create, optimizer, images, side, isFlat = false }) {
  const model = create();
  const learner = new TfjsLearner({ model, optimizer: optimizer(), labelSmoothing: 0.1 });
  return {
    learner,
    batches: [0, 1, 2, 3].map((seed) => batch(images, side, isFlat, seed)),
    dispose: () => model.dispose(),
  };
}

function batch(images, side, isFlat, seed) {
  const length = images * side * side * 3;
  return {
    images: Float32Array.from({ length }, (_, i) => 2 * Math.sin(0.7 * i * (seed + 1) + seed + (i % 13))),
    shape: isFlat ? [images, side * side * 3] : [images, side, side, 3],
    labels: Float32Array.from({ length: images * CLASSES }, (_, i) =>
      Number(i % CLASSES === (Math.floor(i / CLASSES) + seed) % CLASSES),
    ),
  };
}
