import { decodeSafetensors, encodeSafetensors } from '@cifarlab/safetensors';
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { failOnLeaks, randomTensor } from '../../../torch-layers/test/support/tensors.js';
import { createPreActConvNet, loadTorchState, type TorchState, toTorchState } from '../index.js';

failOnLeaks();

let model: LayersModel;
let state: TorchState;

beforeEach(async () => {
  model = createPreActConvNet({ width: 1, seed: 1 });
  tf.tidy(() => void model.apply(randomTensor([2, 32, 32, 3], 1), { training: true }));
  state = await toTorchState(model);
});

afterEach(() => {
  model.dispose();
});

it('goes through a file into another network, which then computes the same', async () => {
  const file = encodeSafetensors(state);
  const other = createPreActConvNet({ width: 1, seed: 2 });
  loadTorchState(other, decodeSafetensors(file).tensors);
  expect(await toTorchState(other)).toEqual(state);
  tf.tidy(() => {
    const x = randomTensor([2, 32, 32, 3], 3);
    expect((other.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync());
  });
  other.dispose();
});

it('has names and layouts of PyTorch', () => {
  expect(Object.keys(state)).toHaveLength(48 + 20);
  expect(Object.keys(state).filter((name) => name.startsWith('PreAct2_a.'))).toEqual(
    ['bn.weight', 'bn.bias', 'bn.running_mean', 'bn.running_var', 'conv.weight', 'conv.bias'].map(
      (name) => `PreAct2_a.${name}`,
    ),
  );
  expect(state['conv0.weight']!.shape).toEqual([1, 3, 3, 3]);
  expect(state['conv1.weight']!.shape).toEqual([2, 1, 1, 1]);
  expect(state['bn.running_mean']!.shape).toEqual([8]);
  expect(state['linear.weight']!.shape).toEqual([10, 8]);
  const kernel = model.getLayer('conv0').weights[0]!.read() as tf.Tensor4D;
  // Row 1, column 2 of channel 1 -> filter 0.
  expect(state['conv0.weight']!.data[1 * 9 + 1 * 3 + 2]).toBe((kernel.arraySync() as number[][][][])[1]![2]![1]![0]);
});

it('is a copy: neither the state nor the model changes with the other', async () => {
  const before = structuredClone(state);
  for (const { data } of Object.values(state)) data.fill(7);
  expect(await toTorchState(model)).toEqual(before);
});

it('takes float64, and the count of batches that PyTorch keeps', async () => {
  const data = Float64Array.from(state['linear.bias']!.data, (value) => 2 * value);
  loadTorchState(model, {
    ...state,
    'linear.bias': { shape: [10], data },
    'bn.num_batches_tracked': { shape: [], data: BigInt64Array.of(3n) },
    'PreAct1.bn.num_batches_tracked': { shape: [], data: BigInt64Array.of(3n) },
  });
  expect((await toTorchState(model))['linear.bias']!.data).toEqual(Float32Array.from(data));
});

it.each(['module.', '_orig_mod.', 'module._orig_mod.', 'net.encoder.'])(
  'names and takes away the prefix %s',
  async (prefix) => {
    const counted = { ...state, 'bn.num_batches_tracked': { shape: [], data: BigInt64Array.of(3n) } };
    const wrapped = Object.fromEntries(Object.entries(counted).map(([name, array]) => [prefix + name, array]));
    const other = createPreActConvNet({ width: 1, seed: 2 });
    const before = await toTorchState(other);
    expect(() => loadTorchState(other, wrapped)).toThrow(
      `the state has "${prefix}" before the names of the model's arrays; pass { prefix: "${prefix}" }`,
    );
    expect(await toTorchState(other)).toEqual(before);
    loadTorchState(other, wrapped, { prefix });
    expect(await toTorchState(other)).toEqual(state);
    other.dispose();
  },
);

it('is not taken from the bits of half precision', () => {
  const half = { shape: [8], data: new Uint16Array(8), dtype: 'BF16' };
  expect(() => loadTorchState(model, { ...state, 'bn.bias': half })).toThrow(
    'but the state\'s is Uint16Array; these are the bits of "BF16": read it with decodeSafetensors(bytes, { widen: true }).',
  );
});

it.each<[string, (zeros: TorchState) => Record<string, unknown>, string]>([
  [
    'a missing array',
    ({ 'PreAct3_b.conv.bias': _, ...rest }) => rest,
    'the model needs "PreAct3_b.conv.bias" with shape [4], but the state has no array of that name',
  ],
  [
    'another shape',
    (zeros) => ({ ...zeros, 'linear.weight': { shape: [8, 10], data: new Float32Array(80) } }),
    'the model needs "linear.weight" with shape [10, 8], but the state\'s has shape [8, 10]',
  ],
  [
    'another rank',
    (zeros) => ({ ...zeros, 'linear.bias': { shape: [10, 1], data: new Float32Array(10) } }),
    'the model needs "linear.bias" with shape [10], but the state\'s has shape [10, 1]',
  ],
  [
    'too few elements',
    (zeros) => ({ ...zeros, 'bn.bias': { shape: [8], data: new Float32Array(7) } }),
    'the model needs "bn.bias" with shape [8], which has 8 elements, but the state\'s has 7',
  ],
  [
    'integers',
    (zeros) => ({ ...zeros, 'bn.bias': { shape: [8], data: new Int32Array(8) } }),
    'the model needs "bn.bias" with shape [8] in float32 or float64, but the state\'s is Int32Array',
  ],
  [
    'an array too many',
    (zeros) => ({ ...zeros, 'fc.weight': { shape: [1], data: new Float32Array(1) } }),
    'the state has an array "fc.weight", which the model has no place for',
  ],
])('%s is an error, and nothing is taken over', async (_, change, message) => {
  const zeros = Object.fromEntries(
    Object.entries(state).map(([name, { shape, data }]) => [name, { shape, data: data.map(() => 0) }]),
  );
  expect(() => loadTorchState(model, change(zeros) as TorchState)).toThrow(message);
  expect(await toTorchState(model)).toEqual(state);
});

it('refuses a model with weights that have no names in PyTorch', async () => {
  const other = sequential({
    layers: [layers.dense({ name: 'dense', units: 1, inputShape: [1], kernelInitializer: 'zeros' })],
  });
  const message = 'The layer "dense" is a Dense, whose weights have no names in PyTorch here';
  await expect(toTorchState(other)).rejects.toThrow(message);
  expect(() => loadTorchState(other, {})).toThrow(message);
  other.dispose();
});
