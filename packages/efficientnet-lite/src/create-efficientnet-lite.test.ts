import { SGD } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { failOnLeaks, randomTensor } from '../../torch-layers/test/support/tensors.js';
import { useBackend } from '../../torch-layers/test/support/use-backend.js';
import {
  createEfficientNetLite,
  type EfficientNetLiteOptions,
  headFeatures,
  preprocess,
  registerLayers,
  stageCount,
  toTorchState,
  variableGroups,
} from './index.js';

failOnLeaks();

/** Returns configurations as a file keeps them. */
const configsOf = (model: LayersModel) =>
  JSON.parse(JSON.stringify(model.layers.map((layer) => layer.getConfig()))) as object[];

const SLIM = { variant: { width: 0.1, depth: 0.4 }, numClasses: 3 } as const;

describe('createEfficientNetLite', () => {
  it('takes images of any size, or of one', () => {
    const model = createEfficientNetLite(SLIM);
    const fixed = createEfficientNetLite({ ...SLIM, resolution: 16 });
    tf.tidy(() => {
      for (const shape of [
        [1, 16, 16, 3],
        [2, 33, 20, 3],
      ]) {
        expect((model.predict(randomTensor(shape, 1)) as tf.Tensor).shape).toEqual([shape[0], 3]);
      }
      expect((fixed.predict(randomTensor([1, 16, 16, 3], 1)) as tf.Tensor).shape).toEqual([1, 3]);
      expect(() => fixed.predict(randomTensor([1, 17, 16, 3], 1))).toThrow();
    });
    model.dispose();
    fixed.dispose();
  });

  it('has the layers of the reference by name, in stages, and a head of its own', async () => {
    const model = createEfficientNetLite({ ...SLIM, headStart: 'zeros' });
    expect(model.layers.slice(0, 6).map(({ name }) => name)).toEqual([
      ...['images', 'conv_stem', 'blocks.0._depthwise_conv', 'blocks.0._project_conv'],
      ...['blocks.1._expand_conv', 'blocks.1._depthwise_conv'],
    ]);
    expect(model.layers.slice(-4).map(({ name }) => name)).toEqual(['conv_head', 'avg_pooling', 'dropout', 'fc']);
    expect(stageCount(model)).toBe(9);
    const { backbone, head } = variableGroups(model);
    expect([...backbone, ...head]).toHaveLength(model.trainableWeights.length);
    expect(head.map(({ shape }) => shape)).toEqual([[1280, 3], [3]]);
    expect(headFeatures(model).outputs[0]!.shape).toEqual([null, 1280]);
    tf.tidy(() => {
      expect([...(model.predict(randomTensor([1, 8, 8, 3], 1)) as tf.Tensor).dataSync()]).toEqual([0, 0, 0]);
    });
    model.dispose();
  });

  it('starts from its seed', async () => {
    const states = [];
    for (const seed of [1, 1, 2]) {
      const model = createEfficientNetLite({ ...SLIM, seed });
      states.push(await toTorchState(model));
      model.dispose();
    }
    expect(states[1]).toEqual(states[0]);
    for (const name of ['_conv_stem.weight', '_blocks.2._project_conv.weight', '_fc.weight']) {
      expect(states[2]![name]).not.toEqual(states[0]![name]);
    }
  });

  it('is saved and loaded, any variant alike', async () => {
    registerLayers();
    const model = createEfficientNetLite({ ...SLIM, batchNorm: 'training', dropout: 0.2 });
    let artifacts: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (saved) => {
        artifacts = saved;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    const modelTopology = JSON.parse(JSON.stringify(artifacts!.modelTopology)) as object;
    const loaded = await loadLayersModel(tf.io.fromMemory({ ...artifacts!, modelTopology }));
    expect(configsOf(loaded)).toEqual(configsOf(model));
    expect(await toTorchState(loaded)).toEqual(await toTorchState(model));
    expect(stageCount(loaded)).toBe(9);
    model.dispose();
    loaded.dispose();
  });

  it.each<[object, string]>([
    [
      { variant: 'lite5' },
      'createEfficientNetLite: variant must be one of lite0, lite1, lite2, lite3, lite4; got "lite5"',
    ],
    [
      { variant: { width: 0, depth: 1 } },
      'createEfficientNetLite: the width of the variant must be a finite number above 0; got 0',
    ],
    [
      { variant: { width: 1, depth: -1 } },
      'createEfficientNetLite: the depth of the variant must be a finite number above 0',
    ],
    [{ variant: { width: 1000, depth: 1 } }, 'createEfficientNetLite: the width of the variant must be'],
    [{ variant: { width: 1, depth: 1e9 } }, 'createEfficientNetLite: the depth of the variant must be'],
    [{ numClasses: 0 }, 'createEfficientNetLite: numClasses must be a whole number of 1 or more; got 0'],
    [{ dropout: 1 }, 'createEfficientNetLite: dropout must be 0 or more and below 1; got 1'],
    [{ seed: -1 }, 'seed'],
    [{ resolution: 0.5 }, 'createEfficientNetLite: resolution must be a whole number of 1 or more; got 0.5'],
    [{ batchNorm: 'off' }, 'createEfficientNetLite: batchNorm must be one of frozen, training; got "off"'],
    [{ headStart: 'ones' }, 'createEfficientNetLite: headStart must be one of uniform, zeros; got "ones"'],
    [{ classes: 10 }, 'createEfficientNetLite: unknown option "classes"; the options are variant, numClasses'],
  ])('%o is an error', (options, message) => {
    expect(() => createEfficientNetLite(options as EfficientNetLiteOptions)).toThrow(message);
  });
});

describe.each(['frozen', 'training'] as const)('with %s statistics', (batchNorm) => {
  it('learns on ort, and leaves no tensors behind', async (context) => {
    await useBackend('ort', context);
    const model: LayersModel = createEfficientNetLite({
      ...{ variant: { width: 0.5, depth: 0.5 }, numClasses: 4, batchNorm },
    });
    const images = randomTensor([16, 64, 64, 3], 1);
    const labels = tf.oneHot(Array.from({ length: 16 }, (_, i) => i % 4) as number[], 4) as tf.Tensor2D;
    const optimizer = new SGD({ learningRate: 0.02, momentum: 0.9 });
    const { backbone, head } = variableGroups(model);
    const counts: number[] = [];
    const losses = Array.from({ length: 10 }, (_, step) => {
      const loss = () =>
        tf.losses.softmaxCrossEntropy(
          labels,
          model.apply(images, { training: true, step }) as tf.Tensor2D,
        ) as tf.Scalar;
      const value = optimizer.minimize(loss, true, [...backbone, ...head])!;
      const [number] = value.dataSync();
      value.dispose();
      counts.push(tf.memory().numTensors);
      return number!;
    });
    expect(losses.at(-1)).toBeLessThan(0.95 * losses[0]!);
    expect(counts.at(-1)).toBe(counts[0]);
    optimizer.dispose();
    tf.dispose([images, labels]);
    model.dispose();
  });
});

it('preprocess takes bytes to about -1 to 1', () => {
  tf.tidy(() => {
    const x = preprocess(tf.tensor4d([127, 255, 0], [1, 1, 1, 3], 'int32'), { resolution: 2 });
    expect(x.shape).toEqual([1, 2, 2, 3]);
    expect([...x.dataSync().slice(0, 3)]).toEqual([0, 1, -127 / 128]);
  });
});
