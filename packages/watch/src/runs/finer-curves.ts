import { join } from 'node:path';
import { MetricsError, visitMetricsBetween } from '@cifarlab/trainer/node';
import type { CurveColumns, CurveName, FinerCurves } from '../protocol.js';
import { RunCurves } from './run-curves.js';
import type { WatchedRun } from './watched-run.js';

/** Points that are asked for. */
export interface FinerRequest {
  /** The first step. */
  from: number;
  /** The last step. */
  to: number;
  names: readonly CurveName[];
  /** Most points of each curve. */
  points: number;
}

/** Returns points of some steps, from the run's file where what is kept of them is coarser. */
export async function finerCurves(
  run: WatchedRun,
  { from, to, names, points }: FinerRequest,
  signal: AbortSignal,
): Promise<FinerCurves> {
  const { step } = run.curves;
  const kept = (curves: RunCurves) =>
    names.map((name) => [name, curves.series(name).between(from, to, points)] as const);
  let parts = kept(run.curves);
  if (parts.some(([, columns]) => columns === undefined)) {
    const read = await readBetween(run.path, { from, to, signal });
    parts = names.map((name) => [name, read.series(name).thinned(points)]);
  }
  return { step, curves: Object.fromEntries(parts) as Partial<Record<CurveName, CurveColumns>> };
}

async function readBetween(path: string, range: Parameters<typeof visitMetricsBetween>[1]): Promise<RunCurves> {
  const curves = new RunCurves();
  try {
    await visitMetricsBetween(join(path, 'metrics.jsonl'), range, (line) => curves.add(line));
  } catch (error) {
    // The summary of the run tells what is wrong with its file.
    if (!(error instanceof MetricsError)) throw error;
  }
  return curves;
}
