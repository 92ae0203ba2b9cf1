import { basename, resolve } from 'node:path';
import { curvesFromEvents, type Report, type ReportBlock, type Run, renderCurves, renderReport } from '@cifarlab/plots';
import { renderPng } from '@cifarlab/plots/node';
import { readMetrics, writeFileAtomic } from '@cifarlab/trainer/node';
import { CliError } from './errors.js';
import { openRunFolder, type RunConfig, type RunFiles } from './run-folder.js';
import { describeEngine } from './train/engine-notes.js';

/** A run as it lies on disk: its settings and its curves. */
export interface RecordedRun {
  folder: RunFiles;
  config: RunConfig;
  curves: Run;
}

/** @throws CliError or MetricsError when the folder is no run or holds no numbers yet. */
export async function readRun(path: string): Promise<RecordedRun> {
  const { folder, config } = await openRunFolder(path);
  const curves = curvesFromEvents(await readMetrics(folder.metrics), basename(resolve(path)));
  if (curves.loss.length === 0) {
    throw new CliError(`${folder.metrics} holds no numbers yet; train the run for a step at least`);
  }
  return { folder, config, curves };
}

/** Writes the runs' curves as SVG and PNG. */
export async function writeCurves(runs: readonly RecordedRun[], files: { svg: string; png: string }): Promise<void> {
  const svg = await renderCurves(runs.map(({ curves }) => curves));
  await writeFileAtomic(files.svg, svg);
  await writeFileAtomic(files.png, await renderPng(svg));
}

/** Writes one self-contained page about the runs. */
export async function writeReport(runs: readonly RecordedRun[], file: string): Promise<void> {
  const figure: ReportBlock = {
    kind: 'figure',
    svg: await renderCurves(runs.map(({ curves }) => curves)),
    caption: 'Training curves are smoothed; evaluations run over all images of their split.',
  };
  const sections: Report['sections'] = [
    { heading: 'Curves', blocks: [figure] },
    { heading: 'Evaluations', blocks: runs.map(evaluationTable) },
    { heading: 'Settings', blocks: runs.map(({ config, curves }) => settingsBlock(curves.name, config.settings)) },
    { heading: 'Made with', blocks: runs.map(({ config, curves }) => settingsBlock(curves.name, origin(config))) },
  ];
  const [first] = runs;
  const title =
    runs.length === 1 ? `Training ${first!.config.model}: ${first!.curves.name}` : `Comparison of ${runs.length} runs`;
  await writeFileAtomic(file, renderReport({ title, sections }));
}

function settingsBlock(caption: string, settings: object): ReportBlock {
  return { kind: 'settings', caption, settings: settings as Record<string, unknown> };
}

function origin({ data, engine, machine, versions, started }: RunConfig): Record<string, unknown> {
  return {
    started,
    data: `${data.form} from ${data.origin}, ${data.verified ? 'verified' : 'not verified'}`,
    images: `${data.train} for training, ${data.validation} for validation, ${data.test} for testing`,
    engine: describeEngine(engine),
    cpu: `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB`,
    system: `${machine.platform} ${machine.arch} ${machine.system}`,
    ...versions,
  };
}

function evaluationTable({ curves }: RecordedRun): ReportBlock {
  const splits = curves.accuracy.filter(({ name }) => name !== 'train');
  const rows = splits.flatMap(({ name, points }) => {
    const losses = new Map(curves.loss.find((series) => series.name === name)?.points.map((p) => [p.step, p.value]));
    return points.map(({ step, value }) => [step, name, (losses.get(step) ?? Number.NaN).toFixed(4), value.toFixed(4)]);
  });
  return { kind: 'table', caption: curves.name, columns: ['step', 'split', 'loss', 'accuracy'], rows };
}
