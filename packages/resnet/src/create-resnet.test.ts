import { SGD } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { failOnLeaks, randomTensor } from '../../torch-layers/test/support/tensors.js';
import { useBackend } from '../../torch-layers/test/support/use-backend.js';
import {
  createResNet,
  freezeStages,
  headFeatures,
  type ResNetOptions,
  registerLayers,
  stageCount,
  toTorchState,
  variableGroups,
} from './index.js';

failOnLeaks();

/** Returns configurations as a file keeps them. */
const configsOf = (model: LayersModel) =>
  JSON.parse(JSON.stringify(model.layers.map((layer) => layer.getConfig()))) as object[];

const SMALL = { variant: [1, 1, 1, 1], width: 4, numClasses: 3 } as const;

describe('createResNet', () => {
  it('takes images of any size, or of one', () => {
    const model = createResNet(SMALL);
    const fixed = createResNet({ ...SMALL, resolution: 16 });
    tf.tidy(() => {
      for (const shape of [
        [1, 16, 16, 3],
        [2, 33, 20, 3],
      ]) {
        expect((model.predict(randomTensor(shape, 1)) as tf.Tensor).shape).toEqual([shape[0], 3]);
      }
      expect(() => fixed.predict(randomTensor([1, 17, 16, 3], 1))).toThrow();
    });
    model.dispose();
    fixed.dispose();
  });

  it('has five stages, of which the first are frozen, and a head', () => {
    const model = createResNet(SMALL);
    expect(stageCount(model)).toBe(5);
    freezeStages(model, 4);
    const { backbone, head } = variableGroups(model);
    // Two convolutions and a shortcut of layer4.
    expect(backbone).toHaveLength(9);
    expect(head.map(({ shape }) => shape)).toEqual([[32, 3], [3]]);
    expect(headFeatures(model).outputs[0]!.shape).toEqual([null, 32]);
    model.dispose();
  });

  it('is saved and loaded', async () => {
    registerLayers();
    const model = createResNet({ ...SMALL, batchNorm: 'training' });
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
    model.dispose();
    loaded.dispose();
  });

  it.each<[object, string]>([
    [{ variant: 'resnet50' }, 'createResNet: variant must be one of resnet18, resnet34; got "resnet50"'],
    [{ variant: [1, 1] }, 'createResNet: variant is [1, 1], but the blocks of four stages are needed.'],
    [{ variant: [1, 1, 0, 1] }, 'createResNet: the blocks of a stage must be a whole number of 1 or more; got 0'],
    [{ width: 0 }, 'createResNet: width must be a whole number of 1 or more; got 0'],
    [{ numClasses: 1.5 }, 'createResNet: numClasses must be a whole number of 1 or more; got 1.5'],
    [{ depth: 18 }, 'createResNet: unknown option "depth"; the options are variant, width, numClasses'],
  ])('%o is an error', (options, message) => {
    expect(() => createResNet(options as ResNetOptions)).toThrow(message);
  });
});

describe.each(['frozen', 'training'] as const)('with %s statistics', (batchNorm) => {
  it('learns on ort', async (context) => {
    await useBackend('ort', context);
    const model = createResNet({ ...SMALL, width: 8, batchNorm });
    const images = randomTensor([6, 32, 32, 3], 1);
    const labels = tf.oneHot([0, 1, 2, 0, 1, 2], 3) as tf.Tensor2D;
    const optimizer = new SGD({ learningRate: 0.01, momentum: 0.9 });
    const losses = Array.from({ length: 10 }, () => {
      const loss = () =>
        tf.losses.softmaxCrossEntropy(labels, model.apply(images, { training: true }) as tf.Tensor2D) as tf.Scalar;
      const value = optimizer.minimize(loss, true)!;
      const [number] = value.dataSync();
      value.dispose();
      return number!;
    });
    expect(losses.at(-1)).toBeLessThan(0.9 * losses[0]!);
    optimizer.dispose();
    tf.dispose([images, labels]);
    model.dispose();
  });
});
