import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonInstalled } from '../../torch-weights/test/support/python.js';
import { layersModelToOnnx } from '../src/index.js';
import { largestDifference } from './support/largest-difference.js';
import { disturbWeights, networkCases, ownLogits, preprocessingOf, randomImages } from './support/networks.js';

const python = pythonInstalled({ onnx: 'onnx', onnxruntime: 'onnxruntime' });
const script = fileURLToPath(new URL('support/check_models.py', import.meta.url));
const classNames = ['Größe', '日本', '"quoted"', ...Array.from({ length: 7 }, (_, i) => `class ${i}`)];
const SIDE = 32;

/** Facts that the script prints about a model. */
interface Checked {
  ir: number;
  opsets: [string, number][];
  input: unknown;
  outputs: unknown;
  metadata: Record<string, string>;
  weights: Record<string, number[]>;
  raw: boolean;
  logits: number[];
  probabilities: number[];
}

describe.skipIf('reason' in python)(`Python${'reason' in python ? ` (skipped: ${python.reason})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'cifarlab-onnx-'));
  const expected: Float32Array[] = [];
  let checked: Record<string, Checked>;

  beforeAll(async () => {
    tf.enableProdMode();
    await tf.setBackend('cpu');
    for (const [index, { create, images: options }] of networkCases.entries()) {
      const { standardize, resolution } = options;
      const images = { side: SIDE, resolution, preprocessing: preprocessingOf(standardize, SIDE) };
      const model = create();
      disturbWeights(model);
      const bytes = randomImages(2, SIDE, 11);
      expected.push(ownLogits(model, bytes, images));
      const metadata = { recipe: '{"a":1}' };
      writeFileSync(join(folder, `${index}.onnx`), await layersModelToOnnx(model, { images, classNames, metadata }));
      writeFileSync(join(folder, `${index}.bytes`), bytes);
      model.dispose();
    }
    const { command } = python as { command: string };
    checked = JSON.parse(execFileSync(command, [script, folder], { encoding: 'utf8', maxBuffer: 2 ** 26 }));
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(networkCases.map(({ name }, index) => [name, index] as const))('%s passes onnx.checker', (_, index) => {
    const { logits, probabilities, metadata, raw, ...model } = checked[index]!;
    expect(model).toMatchObject({
      ir: 7,
      opsets: [['', 13]],
      input: ['images', 'tensor(uint8)', ['n', SIDE, SIDE, 3]],
      outputs: ['logits', 'probabilities'].map((name) => [name, 'tensor(float)', ['n', 10]]),
    });
    expect(raw).toBe(true);
    expect(JSON.parse(metadata.class_names!)).toEqual(classNames);
    expect(metadata.recipe).toBe('{"a":1}');
    expect(largestDifference(logits, expected[index]!)).toBeLessThan(1e-4);
    expect(probabilities.slice(0, 10).reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 5);
  });

  it("has weights by PyTorch's names, in its layouts", () => {
    const of = (name: string) => checked[networkCases.findIndex((one) => one.name === name)]!.weights;
    expect(of('an MLP with batch normalisation')).toMatchObject({
      'layers.0.weight': [7, 3072],
      'norms.0.running_var': [7],
    });
    expect(of('the ConvNet')).toMatchObject({
      'conv0.weight': [4, 3, 3, 3],
      'PreAct2_a.bn.weight': [8],
      'PreAct2_a.conv.bias': [8],
      'linear.weight': [10, 32],
    });
    expect(of('EfficientNet-Lite at an odd resolution')).toMatchObject({
      '_blocks.0._depthwise_conv.weight': [32, 1, 3, 3],
      '_fc.weight': [10, 1280],
    });
    expect(of('FastNet with gelu')).toMatchObject({ 'whiten.weight': [24, 3, 2, 2], 'head.weight': [10, 6] });
  });
});
