import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel, readMetrics } from '@cifarlab/trainer/node';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodePicture, type GivenSettings, openRun, type RunEvent, resumeRun, trainRun } from '../src/index.js';
import { writeReport } from '../src/report.js';
import { expectSameRun, savedStep } from './support/stopped-run.js';
import { tinyFinetune, writeTinyWeights } from './support/tiny-finetune.js';
import { listing, mini, useWorkspace } from './support/workspace.js';

type Given = GivenSettings<typeof tinyFinetune>;

const workspace = useWorkspace();
const networks = [tinyFinetune];
let weights: string;
beforeAll(async () => {
  weights = await writeTinyWeights(workspace('imagenet.safetensors'));
});

const small: Given = { resolution: 64, batchSize: 30, maxSteps: 9, evalFreq: 4, validationSize: 40 };
const start = (out: string, given: Given, data = mini as object) =>
  trainRun({ network: tinyFinetune, networks, data, out, settings: { ...small, weights, ...given } });

async function train(name: string, given: Given = {}, data?: object): Promise<string> {
  await start(workspace(name), given, data).result;
  return workspace(name);
}

const numbersOf = async (run: string) => (await readMetrics(join(run, 'metrics.jsonl'))).map(({ loss }) => loss);
const modelOf = async (run: string) => (await loadModel(join(run, 'checkpoints', 'last'))).model;

describe.each<[string, Given]>([
  ['at one resolution, in parts of a batch', { labelSmoothing: 0.1, dropout: 0.2, crop: 4, accumulate: 3 }],
  ['at a growing resolution', { startResolution: 32 }],
  ['of all layers, with the statistics of each batch', { freezeStages: 0, batchNorm: 'training' }],
  ['from scratch', { weights: 'none' }],
  ['of the last layer alone', { headOnly: true }],
])('fine-tuning %s', (name, given) => {
  it('that is killed goes on to the numbers of an unbroken run', { timeout: 240_000 }, async () => {
    const unbroken = workspace(`${name} unbroken`);
    const killed = workspace(`${name} killed`);
    const own = workspace(`${name}.safetensors`);
    await cp(weights, own);
    for await (const event of start(unbroken, { weights: own, ...given })) {
      // What a process that is killed here leaves: a step more than its last checkpoint, of step 4, knows of.
      if (event.type === 'train' && event.step === 6) {
        const isLock = (file: string) => file.endsWith('.lock');
        await cp(unbroken, killed, { recursive: true, filter: (file) => !isLock(file) });
      }
    }
    expect(await savedStep(killed)).toBe(4);
    // They are in the checkpoint: nothing else is needed.
    await rm(own);
    const events: RunEvent[] = [];
    for await (const event of resumeRun(killed, { networks, data: mini })) events.push(event);
    expect(events.filter(({ type }) => type === 'warning')).toEqual([]);
    await expectSameRun(killed, unbroken);
    expect(await listing(killed)).toEqual(await listing(unbroken));
  });
});

describe('a fine-tuned network', { timeout: 240_000 }, () => {
  let run: string;
  beforeAll(async () => {
    run = await train('whole', { validationSize: 0 });
  }, 240_000);

  it('is evaluated as its last evaluation was, with mirror images too, and predicts', async () => {
    const opened = await openRun(run, { networks, data: mini });
    const last = (await readMetrics(join(run, 'metrics.jsonl'))).at(-1)!;
    const plain = await opened.evaluate();
    expect(plain.loss).toBeCloseTo(last.loss, 6);
    expect((await opened.evaluate({ mirror: true })).loss).not.toBe(plain.loss);
    const pixels = await sharp({ create: { width: 50, height: 70, channels: 3, background: '#347' } })
      .png()
      .toBuffer();
    const guesses = await opened.predict(pixels);
    expect(guesses).toHaveLength(10);
    expect(guesses.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
    await opened.close();
  });

  it('is recorded with the source of its weights and its arithmetic, and reported so', async () => {
    const { config } = await openRun(run, { networks });
    expect(config.network).toMatchObject({
      weights: expect.stringContaining('imagenet.safetensors'),
      'SHA-256 of the weights': expect.stringMatching(/^[0-9a-f]{64}$/),
      'FLOP of the training': expect.any(Number),
    });
    const page = await readFile(await writeReport([run], { networks, data: mini }), 'utf8');
    expect(page).toContain(String(config.network!['SHA-256 of the weights']));
    expect(page).toContain('FLOP of the training');
  });

  it('keeps what is frozen, bit for bit, and moves the rest', async () => {
    const { decodeSafetensors } = await import('@cifarlab/safetensors');
    const before = decodeSafetensors(await readFile(weights)).tensors;
    const after = await modelOf(run);
    const moved = Object.keys(after).filter((name) => {
      const [was, is] = [before[name]!.data, after[name]!.data];
      return !name.startsWith('_fc') && !is.every((value, i) => Object.is(value, was[i]));
    });
    expect(moved.some((name) => name.startsWith('_conv_stem') || name.startsWith('_blocks.0.'))).toBe(false);
    expect(moved.some((name) => name.includes('running'))).toBe(false);
    expect(moved).toEqual(expect.arrayContaining(['_conv_head.weight', '_bn1.weight', '_bn1.bias']));
    expect(after['_fc.weight']!.shape).toEqual([10, 1280]);
  });

  it('sees small images first where the resolution grows', async () => {
    const short: Given = { maxSteps: 4, evalFreq: 4, validationSize: 0 };
    const [grown, fixed] = [await train('grown', { ...short, startResolution: 32 }), await train('fixed', short)];
    const [a, b] = [await numbersOf(grown), await numbersOf(fixed)];
    // The last layer is of zeros in the first step, whatever it is given.
    expect(a[0]).toBe(b[0]);
    expect(a.slice(1).every((loss, i) => loss !== b[i + 1])).toBe(true);
  });

  it('learns its last layer at the rate of its own', async () => {
    const first: Given = { maxSteps: 1, schedule: 'constant' };
    const slow = await train('slow head', { ...first, headLearningRate: 1e-4 });
    const fast = await train('fast head', { ...first, headLearningRate: 1e-2 });
    const largest = async (folder: string) =>
      Math.max(...Array.from((await modelOf(folder))['_fc.weight']!.data as Float32Array, Math.abs));
    // AdamW's first step is as large as the rate.
    expect((await largest(fast)) / (await largest(slow))).toBeCloseTo(100, 1);
    const [a, b] = [await modelOf(slow), await modelOf(fast)];
    expect(a['_conv_head.weight']).toEqual(b['_conv_head.weight']);
  });
});

it('refuses weights that are of another network, and leaves nothing', { timeout: 240_000 }, async () => {
  const other = { architecture: 'efficientnet-lite1' } as const;
  await expect(train('misfit', other)).rejects.toThrow(/do not fit efficientnet-lite1 \(.*; give weights of the same/s);
  await expect(listing(workspace('misfit'))).rejects.toThrow('ENOENT');
});

describe('the last layer alone', { timeout: 240_000 }, () => {
  it('learns what it learns with the network before it, frozen as a whole', async () => {
    // Every other image is a mirror image, whose features are computed too.
    const given: Given = { weightDecay: 0, flip: true, validationSize: 0 };
    const alone = await train('alone', { ...given, headOnly: true });
    const whole = await train('frozen', { ...given, freezeStages: 9 });
    const [a, b] = [await numbersOf(alone), await numbersOf(whole)];
    expect(a).toHaveLength(b.length);
    for (const [i, loss] of a.entries()) expect(loss).toBeCloseTo(b[i]!, 4);
    const opened = await openRun(alone, { networks, data: mini });
    expect((await opened.evaluate()).loss).toBeCloseTo(a.at(-1)!, 5);
    await opened.close();
  });

  it('computes its features once', async () => {
    const computed = async (name: string, given: Given) => {
      const events: RunEvent[] = [];
      for await (const event of start(workspace(name), { headOnly: true, ...given })) events.push(event);
      return events.filter((event) => event.type === 'network' && event.progress.phase === 'compute').length;
    };
    expect(await computed('first', { seed: 1, resolution: 32 })).toBeGreaterThan(0);
    expect(await computed('second', { seed: 2, resolution: 32, maxSteps: 5 })).toBe(0);
    expect(await computed('larger', { resolution: 96, maxSteps: 4 })).toBeGreaterThan(0);
    expect(await numbersOf(workspace('first'))).not.toEqual(await numbersOf(workspace('second')));
  });
});

describe("pictures of one's own", { timeout: 240_000 }, () => {
  const sizes = [
    [200, 150],
    [64, 64],
    [31, 90],
  ] as const;
  let data: { dataDir: string };
  beforeAll(async () => {
    for (const [name, hue] of [
      ['red', 0],
      ['green', 1],
      ['blue', 2],
    ] as const) {
      await mkdir(workspace('pictures', name), { recursive: true });
      for (let i = 0; i < 10; i++) {
        const [width, height] = sizes[i % 3]!;
        const background = { r: 20 * i, g: 20 * i, b: 20 * i, [['r', 'g', 'b'][hue]!]: 255 };
        const picture = sharp({ create: { width, height, channels: 3, background } as never });
        await picture.jpeg().toFile(workspace('pictures', name, `${i}.jpg`));
      }
    }
    data = { dataDir: workspace('pictures') };
  });

  it('are learnt at the resolution, evaluated, predicted and reported', async () => {
    const given = {
      maxSteps: 12,
      batchSize: 12,
      validationSize: 6,
      flip: true,
      crop: 6,
      freezeStages: 9,
      headLearningRate: 0.1,
    };
    const run = await train('own', given, data);
    const opened = await openRun(run, { networks, data });
    expect(opened.config.data).toMatchObject({
      ...{ train: 18, validation: 6, test: 6, side: 64, classNames: ['blue', 'green', 'red'] },
      ...{ form: 'pictures in a folder for each class', verified: false },
    });
    const { accuracy, count } = await opened.evaluate();
    expect(count).toBe(6);
    expect(accuracy).toBe(1);
    expect((await opened.predict(workspace('pictures', 'red', '3.jpg')))[0]!.class).toBe('red');
    const decoded = await decodePicture(workspace('pictures', 'red', '3.jpg'), opened.imageSide);
    expect((await opened.predict(decoded))[0]!.class).toBe('red');
    const small = await decodePicture(workspace('pictures', 'red', '3.jpg'));
    await expect(opened.predict(small)).rejects.toThrow('takes 64x64 pixels of three bytes; decode it at a side of 64');
    await opened.close();
    const page = await readFile(await writeReport([run], { networks, data }), 'utf8');
    expect(page).toContain('The first image of each class that is recognised');
  });

  it('are learnt by the other networks at 32 pixels', async () => {
    const settings = { maxSteps: 3, evalFreq: 3, batchSize: 12, dnnHiddenUnits: [8] };
    const run = trainRun({ network: 'mlp', data, settings, out: workspace('mlp') });
    expect((await run.result).test!.step).toBe(3);
    const opened = await openRun(workspace('mlp'), { data });
    expect(opened.imageSide).toBe(32);
    expect((await opened.evaluate()).count).toBe(6);
    expect(await opened.predict(workspace('pictures', 'red', '3.jpg'))).toHaveLength(3);
    await opened.close();
  });
});
