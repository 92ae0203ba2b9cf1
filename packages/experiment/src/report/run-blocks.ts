import { describeEngine } from '@cifarlab/engines';
import { formatDuration, formatPercent } from '@cifarlab/internals/format';
import { type ReportBlock, type ReportImage, renderConfusionMatrix, renderCurves } from '@cifarlab/plots';
import type { NetworkFacts } from '../networks/network.js';
import { dashedSettings } from '../settings/dashed-settings.js';
import type { RecordedRun } from './curves.js';
import type { NetworkFindings } from './inspect-network.js';
import type { ReportWords } from './report-words.js';
import { firstRight, type Sample, surestMistakes } from './sample-predictions.js';
import { type Score, scores, summarise } from './summary.js';

/** A run with the findings about its network that a report shows. */
export interface ReportedRun extends RecordedRun {
  /** Findings about its network; undefined where the page was to do without. */
  findings: NetworkFindings | undefined;
  /** Its curves where they are drawn already. */
  curvesSvg?: string;
}

/** Blocks of a report under a heading. */
export interface Part {
  heading: string;
  blocks: ReportBlock[];
}

const MISTAKES = 10;
/** Rows in the table of evaluations; a run of many steps may have a million. */
const MOST_EVALUATIONS = 200;
const PROBABILITIES = 3;

/** Collects all that a report says of one run, from top to bottom. */
export async function runParts(run: ReportedRun, words: ReportWords): Promise<Part[]> {
  return [
    { heading: 'Summary', blocks: [summaryTable(run), ...missingParts(run, words)] },
    { heading: 'Curves', blocks: [curvesFigure(run.curvesSvg ?? (await renderCurves(run.curves)))] },
    ...(await networkParts(run)),
    { heading: 'Evaluations', blocks: evaluations(run) },
    { heading: 'Settings', blocks: [{ kind: 'settings', settings: settingsOf(run), caption: 'As flags of train' }] },
    { heading: 'Made with', blocks: madeWith(run) },
  ];
}

/** Returns the settings of a run by the names of their flags. */
export function settingsOf({ config }: RecordedRun): Record<string, unknown> {
  return dashedSettings(config.settings);
}

/** Describes what computed a run. */
export function hardwareOf({ config: { engine, machine } }: RecordedRun): Record<string, unknown> {
  return {
    engine: describeEngine(engine),
    processor: `${machine.cpu}, ${machine.cores} core${machine.cores === 1 ? '' : 's'}`,
    memory: `${machine.memoryGiB} GiB`,
    system: `${machine.platform} ${machine.arch} ${machine.system}`,
  };
}

/** Draws the curves of several runs on one chart. */
export async function comparedCurves(runs: readonly RecordedRun[]): Promise<ReportBlock> {
  return curvesFigure(await renderCurves(runs.map((run) => run.curves)));
}

function curvesFigure(svg: string): ReportBlock {
  const caption = 'Training curves are smoothed; evaluations run over all images of their split.';
  return { kind: 'figure', svg, caption };
}

function scoreText({ accuracy, loss, step }: Score): string {
  return `${formatPercent(accuracy)}, loss ${loss.toFixed(4)}, at step ${step}`;
}

export function timeText(seconds: number | null): string {
  return seconds === null ? 'not recorded' : formatDuration(seconds);
}

function summaryTable(run: ReportedRun): ReportBlock {
  const { steps, seconds, test, best } = summarise(run);
  const settings = {
    network: run.config.model,
    steps: run.result?.step === steps ? `${steps} (${run.result.stop})` : steps,
    time: timeText(seconds),
    'final test accuracy': test && scoreText(test),
    'best validation accuracy': best ? scoreText(best.validation) : 'no validation images were held out',
    ...(best?.test ? { 'test accuracy at that step': scoreText(best.test) } : {}),
    started: run.config.started.replace(/T(\d\d:\d\d).*/, ' $1 UTC'),
  };
  return { kind: 'settings', settings };
}

function missingParts({ findings, folder }: ReportedRun, words: ReportWords): ReportBlock[] {
  const reasons = findings?.missing ?? [
    'This page was made without looking into the network: no confusion matrix, predictions and filters. ' +
      `They come with: ${words.remake(folder.path)}`,
  ];
  return reasons.map((text) => ({ kind: 'text', text }));
}

async function networkParts(run: ReportedRun): Promise<Part[]> {
  const { findings } = run;
  if (findings === undefined) return [];
  const { step, firstLayer, test } = findings;
  const parts: Part[] = [];
  if (test !== undefined) {
    const { result, classNames } = test;
    const at = `the network of step ${step}`;
    const svg = await renderConfusionMatrix(result.confusion, classNames);
    const { accuracy, loss, count } = result;
    const sentence =
      `On ${count} test images, ${at} has an accuracy of ${formatPercent(accuracy)} and a loss of ` +
      `${loss.toFixed(4)}.`;
    parts.push(
      {
        heading: 'Test images by class',
        blocks: [{ kind: 'text', text: sentence }, classTable(result.confusion, classNames), { kind: 'figure', svg }],
      },
      { heading: 'Sample predictions', blocks: samples(test) },
    );
  }
  if (firstLayer !== undefined) parts.push({ heading: 'First-layer filters', blocks: [firstLayer] });
  return parts;
}

function classTable(confusion: readonly (readonly number[])[], classNames: readonly string[]): ReportBlock {
  const rows = confusion.map((row, label) => {
    const images = row.reduce((sum, count) => sum + count, 0);
    const mistaken = row.map((count, other) => (other === label ? 0 : count));
    const most = mistaken.indexOf(Math.max(...mistaken));
    return [
      classNames[label]!,
      images,
      row[label]!,
      images === 0 ? '–' : formatPercent(row[label]! / images),
      mistaken[most] === 0 ? '–' : `${classNames[most]} (${mistaken[most]})`,
    ];
  });
  const columns = ['class', 'images', 'right', 'accuracy', 'most often taken for'];
  return { kind: 'table', columns, rows, rowHeadings: true };
}

function samples(test: NonNullable<NetworkFindings['test']>): ReportBlock[] {
  const { images } = test.result;
  const right = firstRight(images, test.classNames.length);
  const wrong = surestMistakes(images, MISTAKES);
  const grid = (heading: string, chosen: readonly Sample[]): ReportBlock[] => {
    if (chosen.length === 0) return [];
    const images = chosen.map((sample) => picture(sample, test));
    return [{ kind: 'part', heading, blocks: [{ kind: 'images', images, imageSize: 128 }] }];
  };
  return [
    ...grid('The first image of each class that is recognised', right),
    ...grid('The mistakes that the network is surest of', wrong),
  ];
}

function picture(
  { index, truth, predicted, probabilities }: Sample,
  { split, classNames }: NonNullable<NetworkFindings['test']>,
): ReportImage {
  const ranked = probabilities
    .map((probability, label) => ({ label: classNames[label]!, probability }))
    .sort((a, b) => b.probability - a.probability);
  return {
    data: split.pixels(index),
    width: split.side,
    height: split.side,
    trueLabel: classNames[truth]!,
    predictedLabel: classNames[predicted]!,
    caption: `test image ${index}`,
    alt: `Test image ${index}, of the class ${classNames[truth]}`,
    probabilities: ranked.slice(0, PROBABILITIES),
  };
}

function evaluations(run: RecordedRun): ReportBlock[] {
  const test = byStep(scores(run, 'test'));
  const validation = byStep(scores(run, 'validation'));
  const { best } = summarise(run);
  const cells = (score: Score | undefined) => (score ? [score.loss.toFixed(4), score.accuracy.toFixed(4)] : ['–', '–']);
  const all = [...new Set([...test.keys(), ...validation.keys()])].sort((a, b) => a - b);
  const steps = thinned(all, best?.validation.step);
  const rows = steps.map((step) => [
    step,
    ...(best === undefined ? [] : cells(validation.get(step))),
    ...cells(test.get(step)),
    ...(best === undefined ? [] : [step === best.validation.step ? 'best' : '']),
  ]);
  const columns = [
    'step',
    ...(best === undefined ? [] : ['validation loss', 'validation accuracy']),
    'test loss',
    'test accuracy',
    ...(best === undefined ? [] : ['by validation']),
  ];
  const table: ReportBlock = { kind: 'table', columns, rows, rowHeadings: true };
  if (steps.length === all.length) return [table];
  const text = `${steps.length} of ${all.length} evaluations, evenly spaced; ${run.folder.metrics} has all of them.`;
  return [{ kind: 'text', text }, table];
}

function byStep(all: readonly Score[]): ReadonlyMap<number, Score> {
  return new Map(all.map((score) => [score.step, score]));
}

/**
 * Returns at most as many of the steps as a page has room for: evenly spaced, with the first, the last and the best
 * one.
 */
function thinned(steps: readonly number[], best: number | undefined): readonly number[] {
  if (steps.length <= MOST_EVALUATIONS) return steps;
  const spacing = (steps.length - 1) / (MOST_EVALUATIONS - 1);
  const chosen = new Set(Array.from({ length: MOST_EVALUATIONS }, (_, i) => steps[Math.round(i * spacing)]));
  return steps.filter((step) => chosen.has(step) || step === best);
}

function madeWith(run: RecordedRun): ReportBlock[] {
  const { data, network, versions } = run.config;
  const dataset = {
    source: `${data.form} from ${data.origin}`,
    verified: data.verified ? 'every image is the published one (SHA-256)' : 'no: not the published images',
    images: `${data.train} for training, ${data.validation} for validation, ${data.test} for testing`,
    ...(data.verified
      ? { reference: 'CIFAR-10: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009' }
      : {}),
  };
  return [
    ...(network === undefined ? [] : [networkTable(network)]),
    { kind: 'settings', settings: hardwareOf(run), caption: 'Hardware' },
    { kind: 'settings', settings: versions, caption: 'Versions' },
    { kind: 'settings', settings: dataset, caption: 'Dataset' },
  ];
}

/** Returns a table of the facts that a run records about its network; large numbers as 8.2e12. */
function networkTable(facts: NetworkFacts): ReportBlock {
  const shown = (value: string | number) =>
    typeof value === 'number' && value >= 1e6 ? value.toExponential(3).replace('e+', 'e') : value;
  const settings = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, shown(value)]));
  return { kind: 'settings', settings, caption: 'Network' };
}
