import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cifar10CacheDir, type DataSet } from '@cifarlab/cifar10';
import { freezeStages, headFeatures, stageCount, toTorchState, variableGroups } from '@cifarlab/torch-layers';
import { TfjsLearner, type TfjsModel } from '@cifarlab/trainer/tfjs';
import { getBackend, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { microBatchOf } from '../../settings/micro-batch.js';
import { createOptimizer } from '../create-optimizer.js';
import { forwardFlops, layerWork } from '../layer-work.js';
import type { NewNetwork, Trainee } from '../network.js';
import { evaluationBatch } from './evaluation-batch.js';
import { featureBatches, type SplitFeatures } from './feature-batches.js';
import { FeatureCache } from './feature-cache.js';
import { type FeatureNetwork, imageFeatures } from './image-features.js';
import { isOfHead, type StartingModel } from './model.js';
import { savedNetwork } from './saved-network.js';
import { seenAt } from './seen-at.js';
import type { FinetuneSettings } from './settings.js';

/** Makes a trainee whose last layer alone learns, on features of the images that are computed before the first step. */
export async function headTrainee(
  { model, facts }: StartingModel,
  { settings, data, cache: { cacheDir }, signal, tell }: NewNetwork<FinetuneSettings>,
): Promise<Trainee> {
  freezeStages(model, stageCount(model));
  const network = await featureNetwork(model, settings, data.preprocessing);
  const cache = new FeatureCache(join(cifar10CacheDir(cacheDir), 'features'), (message) =>
    tell({ phase: 'warning', message }),
  );
  const work = { network, cache, signal, tell };
  const features = new Map<DataSet, SplitFeatures>();
  const { train, validation, test } = data;
  const plain = await imageFeatures(train, { mirror: false, name: 'the training images' }, work);
  const mirrored = settings.flip
    ? { mirrored: await imageFeatures(train, { mirror: true, name: "the training images' mirror images" }, work) }
    : {};
  features.set(train, { plain, ...mirrored });
  const measured = [
    ['the validation images', validation],
    ['the test images', test],
  ] as const;
  for (const [name, split] of measured) {
    if (split === test && !settings.test) continue;
    features.set(split, { plain: await imageFeatures(split, { mirror: false, name }, work) });
  }
  await cache.prune();

  const { learningRate, headLearningRate, labelSmoothing, resolution } = settings;
  const optimizer = createOptimizer(settings, [
    { variables: variableGroups(model).head, learningRateScale: headLearningRate / learningRate },
  ]);
  const views = train.numExamples * (settings.flip ? 2 : 1);
  return {
    learner: new TfjsLearner({
      model: headModel(model),
      optimizer,
      labelSmoothing,
      microBatch: microBatchOf(settings),
    }),
    batches: featureBatches(features, network.width),
    save: () => savedNetwork(model, settings),
    facts: { ...facts, 'FLOP of the training': views * forwardFlops(layerWork(model, resolution)) },
    dispose() {
      model.dispose();
      optimizer.dispose();
    },
  };
}

/** Returns the network up to its features; it has the layers of `model`. */
async function featureNetwork(
  model: LayersModel,
  { resolution }: FinetuneSettings,
  preprocessing: object,
): Promise<FeatureNetwork> {
  const backbone = headFeatures(model);
  const seen = seenAt(backbone, { evaluation: resolution, training: () => resolution });
  return {
    width: (backbone.outputs[0]!.shape as number[]).at(-1)!,
    batchSize: evaluationBatch(resolution),
    identity: JSON.stringify({
      weights: await backboneDigest(model),
      resolution,
      preprocessing,
      backend: getBackend(),
    }),
    async features(images, shape) {
      const features = tidy(() => seen.apply(tensor(images, [...shape]), { training: false }) as Tensor);
      try {
        // Backends may hand out the memory that they compute in.
        return (await features.data<'float32'>()).slice();
      } finally {
        features.dispose();
      }
    },
  };
}

/** Returns the SHA-256, in hex, of all weights but the last layer's. */
async function backboneDigest(model: LayersModel): Promise<string> {
  const hash = createHash('sha256');
  for (const [name, { data }] of Object.entries(await toTorchState(model))) {
    if (!isOfHead(model, name))
      hash.update(`${name}\n`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

/** Returns the last layer as a network of its own, which takes features. */
function headModel(model: LayersModel): TfjsModel {
  const head = model.layers.at(-1)!;
  return {
    weights: head.weights,
    trainableWeights: head.trainableWeights,
    apply: (features, kwargs) => head.apply(features, kwargs),
  };
}
