import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openRun, resumeRun, trainRun } from '../src/index.js';
import { type ReportOptions, reportPage } from '../src/report.js';
import { mini, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();

beforeAll(async () => {
  const common = { batchSize: 60, maxSteps: 20, evalFreq: 10, init: 'he', learningRate: 1e-4 } as const;
  const train = (network: string, name: string, settings: object) =>
    trainRun({ network, settings: { ...common, ...settings }, data: mini, out: workspace(name) }).result;
  await train('mlp-ndarray', 'held-out', { dnnHiddenUnits: [40], validationSize: 40 });
  await train('mlp', 'tfjs', { dnnHiddenUnits: [] });
}, 120_000);

/** Makes a page: its markup without charts, pixels and style, how long it is with them, and what was told to be missing. */
async function report(runs: readonly string[], options: ReportOptions = { data: mini }) {
  const missing: string[] = [];
  const page = await reportPage(runs, {
    ...options,
    onEvent: (event) => {
      if (event.type === 'inspected') missing.push(...event.findings.missing.map(String));
    },
  });
  const html = page
    .replace(/<svg .*?<\/svg>/gs, '<svg/>')
    .replace(/data:image\/png;base64,[^"]*/g, 'data:')
    .replace(/<style>.*?<\/style>/s, '');
  return { html, size: page.length, missing };
}

/** Makes a copy of a run. */
async function copyOf(run: string, name: string): Promise<string> {
  await cp(workspace(run), workspace(name), { recursive: true });
  return workspace(name);
}

const headings = (html: string, level: number) =>
  Array.from(html.matchAll(new RegExp(`<h${level}>(.*?)</h${level}>`, 'g')), ([, text]) => text);

it('says of each class and image what an evaluation says', async () => {
  const { html, missing } = await report([workspace('held-out')]);
  expect(missing).toEqual([]);
  const opened = await openRun(workspace('held-out'), { data: mini });
  const { confusion, classNames, accuracy } = await opened.evaluate();
  await opened.close();
  expect(html).toContain(`has an accuracy of ${(100 * accuracy).toFixed(1)} %`);
  confusion.forEach((row, label) => {
    const images = row.reduce((sum, count) => sum + count, 0);
    const cells = `<th scope="row">${classNames[label]}</th><td class="number">${images}</td><td class="number">${row[label]}</td>`;
    expect(html).toContain(cells);
  });
  const recognised = classNames.filter((_, label) => confusion[label]![label]! > 0);
  expect(recognised.length).toBeGreaterThan(1);
  expect(Array.from(html.matchAll(/✓ (\w+)/g), ([, name]) => name)).toEqual(recognised);
  const mistakes = Array.from(html.matchAll(/✗ (\w+)<\/span><span class="label">true: (\w+)/g));
  expect(mistakes).toHaveLength(10);
  for (const [, predicted, truth] of mistakes) {
    const [row, column] = [truth, predicted].map((name) => classNames.indexOf(name!));
    expect(confusion[row!]![column!]).toBeGreaterThan(0);
  }
});

describe('a report without all of a run', () => {
  it('is made with a damaged checkpoint', async () => {
    const run = await copyOf('tfjs', 'damaged');
    await writeFile(join(run, 'checkpoints', 'last', 'state.json'), '{');
    const { html, missing } = await report([run]);
    expect(html).toContain('The run&#39;s checkpoint could not be used: ');
    expect(missing).toEqual([expect.stringContaining("The run's checkpoint could not be used: ")]);
  });

  it('shows the filters without the dataset', async () => {
    const { html, missing } = await report([workspace('held-out')], {});
    const sentence = 'The network was not tried on the test images: CIFAR-10 was found nowhere';
    expect(missing).toEqual([expect.stringContaining(sentence)]);
    expect(html).toContain(sentence);
    expect(headings(html, 2)).toContain('First-layer filters');
    expect(headings(html, 2)).not.toContain('Sample predictions');
  });

  it('does not take another dataset for that of the run', async () => {
    const run = await copyOf('held-out', 'of-others');
    const config = JSON.parse(await readFile(join(run, 'config.json'), 'utf8'));
    config.data.test = 41;
    await writeFile(join(run, 'config.json'), JSON.stringify(config));
    const { html } = await report([run]);
    expect(html).toContain('the run was made with 41 other test images and here are 40 other test images');
  });
});

describe('the time of a run', { timeout: 120_000 }, () => {
  const resume = (run: string, maxSteps: number) => resumeRun(run, { data: mini, changes: { maxSteps } }).result;
  const resultOf = async (run: string) => JSON.parse(await readFile(join(run, 'result.json'), 'utf8'));

  it('is that of all its sessions', async () => {
    const run = await copyOf('held-out', 'resumed');
    const first = await resultOf(run);
    expect(first).toEqual({ stop: 'max-steps', step: 20, seconds: expect.any(Number) });
    await resume(run, 25);
    const both = await resultOf(run);
    expect(both).toMatchObject({ stop: 'max-steps', step: 25 });
    expect(both.seconds).toBeGreaterThan(first.seconds);
  });

  it('is not known where a session left no record of these steps', async () => {
    const run = await copyOf('held-out', 'killed');
    await rm(join(run, 'result.json'));
    const { html } = await report([run], { predictions: false });
    expect(html).toContain('<th scope="row">time</th><td>not recorded</td>');
    await resume(run, 25);
    expect(await resultOf(run)).toMatchObject({ step: 25, seconds: null });
    // Killed after step 25, it would go on from there with a record of earlier steps.
    await writeFile(join(run, 'result.json'), JSON.stringify({ stop: 'aborted', step: 15, seconds: 3 }));
    await resume(run, 30);
    expect(await resultOf(run)).toMatchObject({ step: 30, seconds: null });
  });
});

describe('a report of several runs', () => {
  it('compares them, and has each in a part of its own', async () => {
    const { html } = await report([workspace('held-out'), workspace('tfjs')]);
    expect(headings(html, 2)).toEqual(['Comparison', 'Curves', 'Runs']);
    expect(headings(html, 3)).toEqual(['held-out', 'tfjs']);
    expect(headings(html, 4).filter((heading) => heading === 'Sample predictions')).toHaveLength(2);
    expect(html).toMatch(/<th scope="row">dnn-hidden-units<\/th><td>40<\/td><td>none<\/td>/);
    expect(html).toMatch(/<th scope="row">held-out<\/th><td>gemm .*\n<tr><th scope="row">tfjs<\/th><td>tfjs /);
    expect(html.match(/<details class="part">/g)).toHaveLength(2);
  });

  it('tells those of the same name apart by their paths', async () => {
    await mkdir(workspace('other'));
    const copy = await copyOf('held-out', join('other', 'held-out'));
    const { html } = await report([workspace('held-out'), copy], { predictions: false });
    expect(headings(html, 3)).toEqual([workspace('held-out'), copy]);
  });
});

it('a run of many steps has a page of bounded size, with the first, the last and the best evaluation', {
  timeout: 120_000,
}, async () => {
  const run = await copyOf('held-out', 'long');
  const accuracy = (step: number) => (step === 77_777 ? 0.9 : 0.5);
  const lines = Array.from({ length: 130_000 }, (_, i) => {
    const [step, loss] = [i + 1, 2 + Math.sin(i)];
    const validation = { event: 'eval', split: 'validation', step, loss, accuracy: accuracy(step) };
    return `${JSON.stringify({ event: 'train', step, loss, accuracy: 0.5 })}\n${JSON.stringify(validation)}\n`;
  });
  await writeFile(join(run, 'metrics.jsonl'), lines.join(''));
  const { html, size } = await report([run], { predictions: false });
  expect(size).toBeLessThan(1_000_000);
  expect(html).toContain('201 of 130000 evaluations, evenly spaced; ');
  for (const step of [1, 77_777, 130_000]) expect(html).toContain(`class="number">${step}</th>`);
});
