// Images of one's own, with classes of one's own, in CIFAR-10's binary layout.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { type OpenRunOptions, openRun, resumeRun, trainRun } from '../src/index.js';
import { writeReport } from '../src/report.js';
import { writeOwnImages } from './support/own-images.js';
import { miniDataset, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const colours = ['red', 'green', 'blue'];
const settings = { batchSize: 20, maxSteps: 10, evalFreq: 10 };
const dataOf = (folder: string) => ({ dataDir: folder, allowUnverified: true });
const own = () => dataOf(workspace('own'));
const brighter = () => dataOf(workspace('brighter'));

beforeAll(async () => {
  await writeOwnImages(workspace('own'), colours);
  await writeOwnImages(workspace('brighter'), colours, 1);
  await writeOwnImages(workspace('renamed'), ['rouge', 'vert', 'bleu']);
  for (const [name, colour] of Object.entries({ red: '#d02020', blue: '#2020d0' })) {
    const picture = sharp({ create: { width: 60, height: 40, channels: 3, background: colour } });
    await picture.png().toFile(workspace(`${name}.png`));
  }
});

/** Evaluates a run, and collects the warnings. */
async function evaluate(run: string, data: OpenRunOptions['data']) {
  const warnings: string[] = [];
  const onEvent: OpenRunOptions['onEvent'] = (event) => {
    if (event.type === 'warning') warnings.push(`${event.code}: ${event.message}`);
  };
  const opened = await openRun(run, { data, onEvent });
  const evaluation = await opened.evaluate().finally(() => opened.close());
  return { evaluation, warnings };
}

/** Makes the report of a run, and returns its missing parts. */
async function report(run: string, data: OpenRunOptions['data']) {
  const missing: string[] = [];
  const file = await writeReport([run], {
    ...{ data, out: workspace('report.html') },
    onEvent: (event) => {
      if (event.type === 'inspected') missing.push(...event.findings.missing.map(String));
    },
  });
  return { missing, page: await readFile(file, 'utf8') };
}

describe.each(['mlp-ndarray', 'mlp'])('%s', (network) => {
  const run = () => workspace(network);

  it('learns, is evaluated and predicts with as many classes as there are names', async () => {
    await trainRun({ network, settings, data: own(), out: run() }).result;
    const { evaluation } = await evaluate(run(), own());
    expect(evaluation).toMatchObject({ accuracy: 1, count: 9, step: 10, classNames: colours });
    expect(evaluation.confusion).toEqual([
      [3, 0, 0],
      [0, 3, 0],
      [0, 0, 3],
    ]);
    const opened = await openRun(run());
    for (const colour of ['red', 'blue']) {
      const guesses = (await opened.predict(workspace(`${colour}.png`))).map((guess) => guess.class);
      expect(guesses[0]).toBe(colour);
      expect(guesses.sort()).toEqual([...colours].sort());
    }
    await opened.close();
  });

  it('goes on', async () => {
    const { test } = await resumeRun(run(), { data: own(), changes: { maxSteps: 12 } }).result;
    expect(test).toMatchObject({ step: 12 });
  });

  it.each([
    ['of other names', () => workspace('renamed'), '3 classes (rouge, vert, bleu)'],
    ['of another number', () => miniDataset, '10 classes (airplane, automobile, '],
  ])('refuses images of classes %s', async (_, folder, classes) => {
    const data = dataOf(folder());
    const refused = {
      ...{ name: 'RunError', code: 'other-classes' },
      message: expect.stringContaining(
        `${run()} was trained on 3 classes (red, green, blue), and these images are of ${classes}`,
      ),
    };
    await expect(evaluate(run(), data)).rejects.toMatchObject(refused);
    await expect(resumeRun(run(), { data, changes: { maxSteps: 14 } }).result).rejects.toMatchObject(refused);
  });

  it('is reported with its images, and without others', async () => {
    const right = await report(run(), own());
    expect(right.missing).toEqual([]);
    for (const colour of colours) expect(right.page.includes(`>${colour}<`), colour).toBe(true);
    const wrong = await report(run(), dataOf(workspace('renamed')));
    expect(wrong.missing).toEqual([
      expect.stringContaining('was trained on 3 classes (red, green, blue), and these images are of 3 classes'),
    ]);
  });
});

describe('other images of the same classes', () => {
  const run = () => workspace('digest');
  const config = () => join(run(), 'config.json');
  const recorded = async () => JSON.parse(await readFile(config(), 'utf8')) as { data: { digest: string } };

  beforeAll(async () => {
    await trainRun({ network: 'mlp-ndarray', settings, data: own(), out: run() }).result;
  });

  it('are refused when the run goes on, which leaves it as it was', async () => {
    const before = await readFile(join(run(), 'metrics.jsonl'), 'utf8');
    await expect(resumeRun(run(), { data: brighter(), changes: { maxSteps: 12 } }).result).rejects.toMatchObject({
      ...{ name: 'RunError', code: 'other-images' },
      message: expect.stringMatching(
        /digest was trained on other images \(content digest [0-9a-f]{16}…\) than these \([0-9a-f]{16}…\); give the run's own images with dataDir$/,
      ),
    });
    expect(await readFile(join(run(), 'metrics.jsonl'), 'utf8')).toBe(before);
  });

  it('are evaluated with a warning, and the result names both digests', async () => {
    const { evaluation, warnings } = await evaluate(run(), brighter());
    expect(warnings).toEqual([expect.stringMatching(/^other-images: .* was trained on other images .*dataDir$/)]);
    const { dataDigest, runDataDigest } = evaluation;
    expect(runDataDigest).toBe((await recorded()).data.digest);
    expect(dataDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(dataDigest).not.toBe(runDataDigest);
  });

  it('are left out of a report, which says so', async () => {
    const { missing } = await report(run(), brighter());
    expect(missing).toEqual([expect.stringContaining('was trained on other images (content digest ')]);
  });

  it('the same images raise no warning', async () => {
    const { evaluation, warnings } = await evaluate(run(), own());
    expect(warnings).toEqual([]);
    expect(evaluation.dataDigest).toBe(evaluation.runDataDigest);
  });

  it('a run that does not say what it was trained on is used as before', async () => {
    const before = await readFile(config(), 'utf8');
    const { data, ...rest } = await recorded();
    await writeFile(config(), JSON.stringify({ ...rest, data: { ...data, digest: undefined } }));
    const { evaluation, warnings } = await evaluate(run(), brighter());
    await writeFile(config(), before);
    expect(warnings).toEqual([]);
    expect(evaluation.runDataDigest).toBeNull();
  });
});
