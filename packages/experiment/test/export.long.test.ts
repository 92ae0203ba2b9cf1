import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTorchWeights } from '@cifarlab/torch-weights';
import { io } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { largestDifference } from '../../onnx/test/support/largest-difference.js';
import { ownLogits } from '../../onnx/test/support/networks.js';
import { runInNode } from '../../onnx/test/support/runtimes.js';
import { pythonWith } from '../../torch-weights/test/support/python.js';
import { modelCard } from '../src/export/model-card.js';
import { onnxSnippets } from '../src/export/onnx-snippets.js';
import { exportRun } from '../src/export.js';
import { decodePicture, type Network, networks, openRun, RunError, trainRun } from '../src/index.js';
import { tinyFinetune, writeTinyWeights } from './support/tiny-finetune.js';
import { listing, mini, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const short = { batchSize: 60, maxSteps: 2, evalFreq: 2 };
const known: readonly Network[] = [...networks.filter(({ name }) => name !== 'finetune'), tinyFinetune];
/** Rates for small batches. */
const slow = { learningRate: 0.01, biasLearningRate: 0.01, headLearningRate: 0.01 };
let picture: string;

beforeAll(async () => {
  picture = workspace('picture.png');
  const raw = { width: 32, height: 32, channels: 3 } as const;
  const pixels = Uint8Array.from({ length: 3072 }, (_, i) => (i * 97 + (i >> 5) * 13) % 256);
  await sharp(pixels, { raw }).toFile(picture);
});

async function train(network: Network | string, name: string, settings: object): Promise<string> {
  const run = { settings: { ...short, ...settings }, data: mini, out: workspace(name) };
  await trainRun({ ...run, network: network as string, networks: known } as never).result;
  return workspace(name);
}

/**
 * Returns the logarithms of the probabilities of a run for the picture, in the order of its classes, less their mean.
 */
async function logOdds(run: string): Promise<number[]> {
  const opened = await openRun(run, { networks: known });
  const guesses = await opened.predict(picture);
  const { classNames } = opened.config.data;
  await opened.close();
  return centred(classNames!.map((name) => Math.log(guesses.find((guess) => guess.class === name)!.probability)));
}

function centred(values: ArrayLike<number>): number[] {
  const mean = Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  return Array.from(values, (value) => value - mean);
}

/** Returns the bytes of the picture, as an image of a file has them. */
async function rgbOf(side: number): Promise<Uint8Array> {
  const { pixels } = await decodePicture(picture, side);
  const plane = side ** 2;
  return Uint8Array.from(pixels, (_, i) => pixels[(i % 3) * plane + Math.floor(i / 3)]!);
}

describe.each<[string, string, object]>([
  ['mlp-ndarray', 'the mean image, batch normalisation', { dnnHiddenUnits: [8], init: 'he', norm: 'batch' }],
  [
    'mlp-ndarray',
    'standardised images',
    { init: 'he', standardize: true, activation: 'leaky-relu', negativeSlope: 0.3 },
  ],
  [
    'mlp',
    'the mean image, layer normalisation, dropout',
    { dnnHiddenUnits: [8], init: 'he', norm: 'layer', dropout: 0.5 },
  ],
  ['convnet', 'the mean image', { batchSize: 20 }],
  ['fastnet', 'whitening and SiLU', { batchSize: 20, accumulate: 1, activation: 'silu', ...slow }],
  ['finetune', 'another resolution', { batchSize: 20, resolution: 64, schedule: 'constant' }],
])('%s with %s', { timeout: 240_000 }, (network, name, settings) => {
  let run: string;
  let expected: number[];
  beforeAll(async () => {
    const more = network === 'finetune' ? { weights: await writeTinyWeights(workspace('tiny.safetensors')) } : {};
    run = await train(network, `${network} ${name}`, { ...settings, ...more });
    expected = await logOdds(run);
  }, 240_000);

  it('has in its ONNX file the probabilities that predict has', async () => {
    const { files, step, checkpoint } = await exportRun(run, { networks: known });
    expect({ step, checkpoint }).toEqual({ step: 2, checkpoint: 'last' });
    expect(files).toEqual(['model.onnx', 'README.md'].map((file) => join(run, 'export', 'onnx', file)));
    const { logits } = await runInNode(await readFile(files[0]!), await rgbOf(32), [1, 32, 32, 3]);
    expect(largestDifference(centred(logits), expected)).toBeLessThan(1e-4);
  });

  it("has them in TensorFlow.js's files", async () => {
    const { files } = await exportRun(run, { networks: known, format: 'tfjs' });
    const [topology, , config, card] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const { modelTopology, weightsManifest } = JSON.parse(topology!);
    const weightData = Uint8Array.from(await readFile(files[1]!)).buffer;
    const [, register] = /import `(@cifarlab\/[\w-]+\/register)`/.exec(card!)!;
    await import(/* @vite-ignore */ register!);
    const weightSpecs = weightsManifest[0].weights;
    const model = await loadLayersModel(io.fromMemory({ modelTopology, weightSpecs, weightData }));
    const { preprocessing, imageSide: side, config: saved } = JSON.parse(config!);
    const logits = ownLogits(model, await rgbOf(32), { side, preprocessing, resolution: saved.resolution });
    model.dispose();
    expect(largestDifference(centred(logits), expected)).toBeLessThan(1e-4);
  });
});

it("takes pictures of one's own at the size that the run records", { timeout: 240_000 }, async () => {
  const side = 64;
  const colours = { red: '#a11', green: '#1a1', blue: '#11a' };
  for (const [name, background] of Object.entries(colours)) {
    await mkdir(workspace('pictures', name), { recursive: true });
    // Each of its own width: of equal pictures for training and for testing, training leaves one out.
    for (let i = 0; i < 10; i++)
      await sharp({ create: { width: 80 + i, height: 70, channels: 3, background } })
        .png()
        .toFile(workspace('pictures', name, `${i}.png`));
  }
  const weights = await writeTinyWeights(workspace('own.safetensors'));
  const settings = { ...short, batchSize: 12, resolution: side, schedule: 'constant', weights };
  const options = { settings, data: { dataDir: workspace('pictures') }, out: workspace('own'), networks: known };
  await trainRun({ ...options, network: tinyFinetune } as never).result;
  const { files } = await exportRun(workspace('own'), { networks: known });
  const { logits } = await runInNode(await readFile(files[0]!), await rgbOf(side), [1, side, side, 3]);
  expect(largestDifference(centred(logits), await logOdds(workspace('own')))).toBeLessThan(1e-4);
  const card = await readFile(files[1]!, 'utf8');
  expect(card).toContain('| input | `images` | uint8: red, green, blue | [n, 64, 64, 3] |');
  expect(card).toContain("Images of the owner's");
  // Of the weights that it started from, the name of their file and no folder of this machine.
  expect(card).toContain('| `weights` | own.safetensors |');
  expect(card).not.toContain(workspace());
});

describe('a run', () => {
  let run: string;
  beforeAll(async () => {
    run = await train('mlp', 'plain', { dnnHiddenUnits: [6], init: 'he', validationSize: 40 });
  });

  it('is exported as its best checkpoint, or as the one that is asked for', async () => {
    expect(await exportRun(run, { out: workspace('best') })).toMatchObject({ checkpoint: 'best' });
    expect(await exportRun(run, { out: workspace('last'), checkpoint: 'last' })).toMatchObject({ checkpoint: 'last' });
  });

  it('does not replace files unless it is told to', async () => {
    const out = workspace('once');
    const { files } = await exportRun(run, { out });
    const before = await readFile(files[0]!);
    await writeFile(files[1]!, 'notes');
    const refused = await exportRun(run, { out }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RunError);
    expect(refused).toMatchObject({
      code: 'file-there',
      message: expect.stringMatching(/model\.onnx is there already; .*out.*overwrite/),
    });
    expect(await readFile(files[1]!, 'utf8')).toBe('notes');
    await exportRun(run, { out, overwrite: true });
    expect(await readFile(files[0]!)).toEqual(before);
    expect(await readFile(files[1]!, 'utf8')).toMatch(/^---\n/);
  });

  it('leaves nothing where it cannot be exported', async () => {
    const other = { ...networks[1], toLayersNetwork: undefined } as unknown as Network;
    const out = workspace('deep', 'folder');
    await expect(exportRun(run, { out, networks: [other] })).rejects.toMatchObject({ code: 'no-export' });
    expect(await listing(workspace())).not.toContain('deep');
    await expect(exportRun(run, { out, networks: [other], format: 'safetensors' })).resolves.toBeDefined();
  });

  test.each(['safetensors', 'state-dict'] as const)('has its weights in the file of %s', async (format) => {
    const { files } = await exportRun(run, { format, checkpoint: 'last' });
    const exported = await readTorchWeights(files[0]!);
    const { 'preprocessing.mean_image': mean, ...saved } = await readTorchWeights(await lastModel(run));
    expect(exported).toEqual(saved);
    const { preprocessing, classNames } = JSON.parse(await readFile(files[1]!, 'utf8'));
    expect(Float32Array.from(preprocessing.meanImage)).toEqual(mean!.data);
    expect(classNames).toHaveLength(10);
  });
});

const python = pythonWith(['torch']);

describe.skipIf('reason' in python)(`PyTorch${'reason' in python ? ` (skipped: ${python.reason})` : ''}`, () => {
  it('computes with the state_dict what predict computes here', { timeout: 120_000 }, async () => {
    const settings = { dnnHiddenUnits: [8], init: 'he', norm: 'batch', standardize: true };
    const run = await train('mlp', 'for torch', settings);
    const { files } = await exportRun(run, { format: 'state-dict' });
    const bytes = workspace('bytes');
    await writeFile(bytes, await rgbOf(32));
    const { command } = python as { command: string };
    const output = execFileSync(command, ['-c', inTorch, files[0]!, files[1]!, bytes], { encoding: 'utf8' });
    expect(largestDifference(centred(JSON.parse(output)), await logOdds(run))).toBeLessThan(1e-4);
  });
});

/** The MLP as PyTorch's modules, on the state_dict and with the preprocessing of an export. */
const inTorch = `
import json, sys, torch
from torch import nn

class Mlp(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.norms = nn.ModuleList(nn.BatchNorm1d(size) for size in sizes[1:-1])

    def forward(self, x):
        for layer, norm in zip(self.layers, self.norms):
            x = nn.functional.elu(norm(layer(x)))
        return self.layers[-1](x)

state, config, image = sys.argv[1:]
config = json.load(open(config))
shape = config["config"]
model = Mlp([shape["nInputs"], *shape["nHidden"], shape["nClasses"]]).eval()
missing, unexpected = model.load_state_dict(torch.load(state, weights_only=True), strict=False)
assert unexpected == [] and all(name.endswith("num_batches_tracked") for name in missing)
statistics = [torch.tensor(config["preprocessing"][name]).reshape(3, 1) for name in ("means", "deviations")]
planes = torch.tensor(list(open(image, "rb").read())).reshape(1024, 3).T / 255
with torch.no_grad():
    print(json.dumps(model(((planes - statistics[0]) / statistics[1]).reshape(1, -1))[0].tolist()))
`;

describe('the card', () => {
  it('tells data, recipe and results of the network that is exported', async () => {
    const run = await train('mlp', 'carded', { dnnHiddenUnits: [6], init: 'he', validationSize: 40 });
    const { files } = await exportRun(run, { checkpoint: 'last' });
    const card = await readFile(files.at(-1)!, 'utf8');
    const header = headerOf(card);
    const lines = (await openRun(run)).metrics();
    const last = (await lines).filter((line) => line.event === 'eval' && line.step === 2) as { accuracy: number }[];
    const results = (header['model-index'] as { results: { metrics: { value: number }[] }[] }[])[0]!.results;
    expect(results.map(({ metrics }) => metrics[0]!.value)).toEqual(last.map(({ accuracy }) => accuracy));
    expect(header).toMatchObject({ pipeline_tag: 'image-classification', library_name: 'onnx', datasets: ['cifar10'] });
    expect(card).toMatch(/\n# license: .*\n---\n/);
    expect(card).toContain('160 for training, 40 for validation, 40 for testing');
    expect(card).toContain('| `dnn-hidden-units` | 6 |');
    expect(card).toContain('## Licence\n\nNot stated yet');
  });

  it('does not obey names of classes', () => {
    const evil = ['</script><b>', '| a `b` |\n# c', '\u001b[2J'];
    const stored = { network: networks[1], classNames: evil, weights: {}, imageSide: 32, step: 1 };
    const config = {
      model: 'mlp',
      settings: {},
      data: { train: 1, validation: 1, test: 1 },
      engine: { name: 'tfjs cpu', threads: 1 },
      machine: { cpu: 'A | processor' },
    };
    const network = { stored, config, checkpoint: 'last', results: [] } as never;
    const card = modelCard(network, { library: 'onnx' }, { description: '', snippets: onnxSnippets(network) });
    expect(card).not.toContain('\u001b');
    expect(card.match(/<\/script>/g)).toHaveLength(1);
    expect(card).not.toMatch(/^# c/m);
    expect(headerOf(card)).not.toHaveProperty('datasets');
  });
});

/** Returns the header of a card: its values are JSON. */
function headerOf(card: string): Record<string, unknown> {
  const [, header] = /^---\n(.*?)\n# license.*\n---\n/s.exec(card)!;
  const entries = header!.split('\n').map((line) => /^([\w-]+): (.*)$/.exec(line)!.slice(1) as [string, string]);
  return Object.fromEntries(entries.map(([key, value]) => [key, JSON.parse(value)]));
}

/** Returns the file of the weights in the last checkpoint. */
async function lastModel(run: string): Promise<string> {
  const folder = join(run, 'checkpoints', 'last');
  const { files } = JSON.parse(await readFile(join(folder, 'state.json'), 'utf8'));
  return join(folder, files.model.name);
}
