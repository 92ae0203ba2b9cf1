import { basename, resolve } from 'node:path';
import { CurvesBuilder, PlotError, type Run, renderCurves } from '@cifarlab/plots';
import { renderPng } from '@cifarlab/plots/node';
import { visitMetrics, writeFileAtomic } from '@cifarlab/trainer/node';
import type { Network } from '../networks/network.js';
import type { RunResult } from '../records/run-result.js';
import { RunError } from '../run/run-error.js';
import { openRunFolder, type RecordedFolder, readResult } from '../run/run-folder.js';

/** A run as it lies on disk: its settings and its curves. */
export interface RecordedRun extends RecordedFolder {
  /** Loss and accuracy over the steps, named by the run's folder. */
  curves: Run;
  /** Result of the training; undefined where it has not ended, or left no record of its end. */
  result: RunResult | undefined;
}

/**
 * Reads runs that are shown together. Each is named by its folder, or by its whole path where several folders have the
 * same name.
 *
 * @throws as `readRun`.
 */
export async function readRuns(paths: readonly string[], networks?: readonly Network[]): Promise<RecordedRun[]> {
  const runs = await Promise.all(paths.map((path) => readRun(path, networks)));
  const names = runs.map(({ curves }) => curves.name);
  return runs.map((run, index) => {
    const { name } = run.curves;
    const shared = names.filter((other) => other === name).length > 1;
    return shared ? { ...run, curves: { ...run.curves, name: paths[index]! } } : run;
  });
}

/**
 * Reads a run that is shown.
 *
 * @throws RunError or RecordError when the folder is not that of a run; RunError, `no-numbers`, or MetricsError when it
 *   holds no numbers yet.
 */
export async function readRun(path: string, networks?: readonly Network[]): Promise<RecordedRun> {
  const { folder, config, network } = await openRunFolder(path, networks);
  const builder = new CurvesBuilder();
  await visitMetrics(folder.metrics, (line) => builder.add(line));
  const curves = builder.run(basename(resolve(path)));
  if (curves.loss.length === 0) {
    throw new RunError({
      code: 'no-numbers',
      rule: `there are no numbers in ${folder.metrics} yet`,
      remedy: 'train the run for at least one step',
    });
  }
  return { folder, config, network, curves, result: await readResult(folder) };
}

/** Writes the runs' curves as SVG and PNG. @returns the SVG. @throws PlotError when the PNG cannot be drawn. */
export async function writeCurves(runs: readonly RecordedRun[], files: { svg: string; png: string }): Promise<string> {
  const svg = await writeSvg(runs, files.svg);
  await writePng(svg, files.png);
  return svg;
}

/** Writes the runs' curves as SVG alone. @returns the SVG. */
export async function writeSvg(runs: readonly RecordedRun[], file: string): Promise<string> {
  const svg = await renderCurves(runs.map(({ curves }) => curves));
  await writeFileAtomic(file, svg);
  return svg;
}

/** Writes a picture as PNG where it can be drawn. @returns why it cannot, in one line. */
export async function tryPng(svg: string, file: string): Promise<string | undefined> {
  try {
    await writePng(svg, file);
    return undefined;
  } catch (error) {
    if (!(error instanceof PlotError)) throw error;
    return error.message.replace(/\s*\n\s*/g, ' ').trim();
  }
}

async function writePng(svg: string, file: string): Promise<void> {
  await writeFileAtomic(file, await renderPng(svg));
}
