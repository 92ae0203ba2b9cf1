import * as tf from '@tensorflow/tfjs-core';
import { input, layers, loadLayersModel, model, type Sequential, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import fixture from '../../test/fixtures/batch-norm.json' with { type: 'json' };
import { failOnLeaks, fromFixture, maxNormError, randomValues } from '../../test/support/tensors.js';
import { Adam, BatchNorm, type BatchNormActivation, type BatchNormArguments, registerLayers } from '../index.js';

failOnLeaks();

describe('against PyTorch in float64', () => {
  const cases = fixture.cases.map((row) => ({ ...row, shape: row.batches[0]!.x.shape }));
  it.each(cases)('$shape $activation momentum $momentum', ({ shape, gamma, beta, evaluation, batches, ...args }) => {
    tf.tidy(() => {
      const layer = new BatchNorm({ ...args, activation: args.activation as BatchNormActivation });
      layer.build([null, ...shape.slice(1)]);
      const [, , runningMean, runningVariance] = layer.getWeights();
      layer.setWeights([fromFixture(gamma), fromFixture(beta), runningMean!, runningVariance!]);
      for (const batch of batches) {
        const y = layer.apply(fromFixture(batch.x), { training: true }) as tf.Tensor;
        expect(maxNormError(y, batch.y)).toBeLessThan(1e-5);
        const [, , mean, variance] = layer.getWeights();
        expect(maxNormError(mean!, batch.runningMean)).toBeLessThan(1e-6);
        expect(maxNormError(variance!, batch.runningVariance)).toBeLessThan(2e-6);
      }
      const y = layer.apply(fromFixture(batches.at(-1)!.x)) as tf.Tensor;
      expect(maxNormError(y, evaluation)).toBeLessThan(1e-5);
    });
  });
});

describe('in a model', () => {
  const make = (args: BatchNormArguments = {}) =>
    sequential({
      layers: [
        layers.dense({ units: 4, inputShape: [3], kernelInitializer: 'ones' }),
        new BatchNorm({ name: 'bn', ...args }),
        layers.dense({ units: 1, kernelInitializer: 'ones' }),
      ],
    });
  const data = () => [tf.tensor2d(randomValues(1, 24), [8, 3]), tf.tensor2d(randomValues(2, 8), [8, 1])] as const;
  const bnWeights = (net: Sequential) => net.getLayer('bn').getWeights();

  it('fit moves the running statistics and the parameters, predict nothing', async () => {
    const [x, y] = data();
    const net = make({ activation: 'relu' });
    const optimizer = new Adam({ learningRate: 0.1 });
    net.compile({ optimizer, loss: 'meanSquaredError' });
    const values = () => bnWeights(net).map((weight) => [...weight.dataSync()]);
    const start = values();
    expect(start).toEqual([
      [1, 1, 1, 1],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ]);
    (net.predict(x) as tf.Tensor).dispose();
    expect(values()).toEqual(start);
    await net.fit(x, y, { epochs: 2, batchSize: 4, shuffle: false, verbose: 0 });
    values().forEach((weight, i) => {
      expect(weight).not.toEqual(start[i]);
    });
    expect(net.trainableWeights.map(({ originalName }) => originalName)).toEqual([
      'dense_Dense1/kernel',
      'dense_Dense1/bias',
      'bn/gamma',
      'bn/beta',
      'dense_Dense2/kernel',
      'dense_Dense2/bias',
    ]);
    net.dispose();
    optimizer.dispose();
    tf.dispose([x, y]);
  });

  it('is saved and loaded with its configuration and its statistics', async () => {
    registerLayers();
    registerLayers();
    const [x, y] = data();
    const net = make({ activation: 'relu', momentum: 0.3, epsilon: 0.01, initialGamma: 0.5, initialBeta: 0.25 });
    const optimizer = new Adam();
    net.compile({ optimizer, loss: 'meanSquaredError' });
    await net.fit(x, y, { epochs: 1, verbose: 0 });
    let artifacts: tf.io.ModelArtifacts | undefined;
    await net.save(
      tf.io.withSaveHandler(async (saved) => {
        artifacts = saved;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    const loaded = await loadLayersModel(tf.io.fromMemory(artifacts!));
    const layer = loaded.getLayer('bn') as BatchNorm;
    expect(layer).toBeInstanceOf(BatchNorm);
    expect(layer.getConfig()).toEqual(net.getLayer('bn').getConfig());
    expect(layer.getConfig()).toMatchObject({ activation: 'relu', momentum: 0.3, epsilon: 0.01 });
    expect(layer.getConfig()).toMatchObject({ initialGamma: 0.5, initialBeta: 0.25 });
    tf.tidy(() => {
      expect((loaded.predict(x) as tf.Tensor).dataSync()).toEqual((net.predict(x) as tf.Tensor).dataSync());
    });
    net.dispose();
    loaded.dispose();
    optimizer.dispose();
    tf.dispose([x, y]);
  });

  it('is a layer of a functional model, and of images', () => {
    const start = input({ shape: [4, 4, 2] });
    const end = new BatchNorm().apply(start) as ReturnType<typeof input>;
    const net = model({ inputs: start, outputs: end });
    expect(end.shape).toEqual([null, 4, 4, 2]);
    net.dispose();
  });

  it('leaves no tensors behind in training', () => {
    const layer = new BatchNorm();
    layer.build([null, 3]);
    const x = tf.tensor2d(randomValues(1, 12), [4, 3]);
    const before = tf.memory().numTensors;
    (layer.apply(x, { training: true }) as tf.Tensor).dispose();
    (layer.apply(x) as tf.Tensor).dispose();
    const { value, grads } = tf.variableGrads(() => tf.sum(layer.apply(x, { training: true }) as tf.Tensor));
    tf.dispose([value, grads]);
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });

  it('applies its activation in evaluation too', () => {
    const layer = new BatchNorm({ activation: 'relu', epsilon: 0 });
    layer.build([null, 1]);
    tf.tidy(() => {
      const y = layer.apply(tf.tensor2d([-2, 3], [2, 1])) as tf.Tensor;
      expect([...y.dataSync()]).toEqual([0, 3]);
    });
  });

  it('keeps to the ranks that tf.batchNorm is specified for', async () => {
    const layer = new BatchNorm();
    layer.build([null, 2, 2, 2, 3]);
    const profile = await tf.profile(() => tf.tidy(() => void layer.apply(tf.ones([1, 2, 2, 2, 3]))));
    const [kernel] = profile.kernels.filter(({ name }) => name === 'FusedBatchNorm');
    expect(kernel!.inputShapes[0]).toEqual([1, 1, 8, 3]);
  });

  it('keeps updating its statistics when it is not trainable, as PyTorch does', () => {
    const layer = new BatchNorm({ trainable: false });
    layer.build([null, 1]);
    tf.tidy(() => void layer.apply(tf.tensor2d([1, 3], [2, 1]), { training: true }));
    expect(layer.trainableWeights).toEqual([]);
    const [, , mean, variance] = layer.getWeights();
    expect(mean!.dataSync()[0]).toBeCloseTo(0.2, 6);
    // The unbiased variance of 1 and 3 is 2: 0.9 + 0.1 * 2.
    expect(variance!.dataSync()[0]).toBeCloseTo(1.1, 6);
  });
});

describe('errors', () => {
  it.each([
    [{ momentum: 1.5 }, 'momentum must be from 0 to 1; got 1.5'],
    [{ epsilon: -1 }, 'epsilon must be a finite number of 0 or more; got -1'],
    [{ activation: 'elu' }, 'activation must be one of linear, relu; got "elu"'],
    [{ initialGamma: Number.NaN }, 'initialGamma must be a finite number; got NaN'],
  ])('%o', (args, message) => {
    expect(() => new BatchNorm(args as BatchNormArguments)).toThrow(message);
  });

  it('an unknown number of channels, one value per channel, several inputs', () => {
    expect(() => new BatchNorm({ name: 'bn' }).build([null, 8, null])).toThrow(
      'bn: the input has shape [null, 8, null], but [batch, ..., channels] with a known number of channels is needed.',
    );
    const layer = new BatchNorm();
    layer.build([null, 2]);
    tf.tidy(() => {
      expect(() => layer.apply(tf.zeros([1, 2]), { training: true })).toThrow(/1 value per channel/);
      expect(() => layer.call([tf.zeros([2, 2]), tf.zeros([2, 2])], {})).toThrow('BatchNorm takes 1 input; got 2.');
    });
  });
});
