import { basename, resolve } from 'node:path';
import { curvesFromEvents, type Run, renderCurves } from '@cifarlab/plots';
import { renderPng } from '@cifarlab/plots/node';
import { readMetrics, writeFileAtomic } from '@cifarlab/trainer/node';
import { CliError } from './errors.js';
import { openRunFolder, type RunConfig, type RunFiles, type RunResult, readResult } from './run-folder.js';

/** A run as it lies on disk: its settings and its curves. */
export interface RecordedRun {
  folder: RunFiles;
  config: RunConfig;
  curves: Run;
  /** Undefined where the training has not ended, or left no record of how. */
  result: RunResult | undefined;
}

/**
 * Reads runs that are shown together. Each is named by its folder, or by its whole path where several folders have the
 * same name.
 *
 * @throws as `readRun`.
 */
export async function readRuns(paths: readonly string[]): Promise<RecordedRun[]> {
  const runs = await Promise.all(paths.map(readRun));
  const names = runs.map(({ curves }) => curves.name);
  return runs.map((run, index) => {
    const { name } = run.curves;
    const shared = names.filter((other) => other === name).length > 1;
    return shared ? { ...run, curves: { ...run.curves, name: paths[index]! } } : run;
  });
}

/** @throws CliError or MetricsError when the folder is no run or holds no numbers yet. */
export async function readRun(path: string): Promise<RecordedRun> {
  const { folder, config } = await openRunFolder(path);
  const curves = curvesFromEvents(await readMetrics(folder.metrics), basename(resolve(path)));
  if (curves.loss.length === 0) {
    throw new CliError(`${folder.metrics} holds no numbers yet; train the run for a step at least`);
  }
  return { folder, config, curves, result: await readResult(folder) };
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

/** Writes a picture as PNG. @throws PlotError when it cannot be drawn. */
export async function writePng(svg: string, file: string): Promise<void> {
  await writeFileAtomic(file, await renderPng(svg));
}
