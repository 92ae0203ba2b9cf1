import { dirname, join, resolve } from 'node:path';
import { writeFileAtomic } from '@cifarlab/trainer/node';
import type { UseEvent } from '../run/events.js';
import type { RunOptions } from '../run/options.js';
import { withRunLock } from '../run/run-lock.js';
import { type RecordedRun, readRuns } from './curves.js';
import { inspectNetwork, type NetworkFindings } from './inspect-network.js';
import { sourcesOf } from './network-sources.js';
import { renderPage } from './page.js';
import { programWords, type ReportWords } from './report-words.js';
import type { ReportedRun } from './run-blocks.js';

/** Event after the network of a run was inspected. */
export interface InspectedEvent {
  type: 'inspected';
  /** The run. */
  run: RecordedRun;
  /** Findings about its network, which the page shows. */
  findings: NetworkFindings;
}

/** Events of the making of a report. */
export type ReportEvent = UseEvent | InspectedEvent;

/** Options of {@link reportPage}. */
export interface ReportOptions extends RunOptions {
  /** Whether the networks are looked into, for confusion matrices, predictions and filters. Default: true. */
  predictions?: boolean | undefined;
  /** Words in which the page says how to have more. Default: those for a program. */
  words?: ReportWords | undefined;
  /** Is told what happens. */
  onEvent?: ((event: ReportEvent) => void) | undefined;
}

/** Options of {@link writeReport}. */
export interface WriteReportOptions extends ReportOptions {
  /** The page's file, in an existing folder. Default: `report.html` in the folder of the only run, else in the current one. */
  out?: string | undefined;
}

/** Seconds to wait for another process to let go of a run's folder. */
const PATIENCE = 5;

/**
 * Makes one self-contained page about one run, or about several side by side.
 *
 * @param runs their folders, or what {@link readRuns} made of them.
 * @throws RunError or RecordError for a folder that is not that of a run, or holds no numbers yet; what is asked for in a
 *   wrong way. What is not available here is left out of the page, and named on it.
 */
export async function reportPage(
  runs: readonly (string | RecordedRun)[],
  { words = programWords, ...options }: ReportOptions = {},
): Promise<string> {
  return renderPage(await inspected(await recorded(runs, options), { ...options, words }), words);
}

/**
 * Writes the page of {@link reportPage} into a file.
 *
 * @returns the file.
 * @throws as {@link reportPage}; RunError, `in-use`, when another process writes into the folder of the run.
 */
export async function writeReport(
  runs: readonly (string | RecordedRun)[],
  { out, ...options }: WriteReportOptions = {},
): Promise<string> {
  const read = await recorded(runs, options);
  const file = out ?? defaultReportFile(read);
  const page = await reportPage(read, options);
  const home = read.find(({ folder }) => resolve(folder.path) === dirname(resolve(file)));
  const write = () => writeFileAtomic(file, page);
  const { command } = options;
  if (home === undefined) await write();
  else await withRunLock(home.folder.path, { patienceSeconds: PATIENCE, ...(command && { command }) }, write);
  return file;
}

/** Returns where a report goes that is given no file. */
export function defaultReportFile(runs: readonly RecordedRun[]): string {
  return join(runs.length === 1 ? runs[0]!.folder.path : '.', 'report.html');
}

async function recorded(
  runs: readonly (string | RecordedRun)[],
  { networks }: ReportOptions,
): Promise<readonly RecordedRun[]> {
  const paths = runs.map((run) => (typeof run === 'string' ? run : run.folder.path));
  return runs.every((run) => typeof run !== 'string') ? runs : readRuns(paths, networks);
}

/** Inspects one network after the other, since each may take all threads and much memory. */
async function inspected(
  runs: readonly RecordedRun[],
  { predictions = true, onEvent, words, ...options }: ReportOptions,
): Promise<ReportedRun[]> {
  if (!predictions) return runs.map((run) => ({ ...run, findings: undefined }));
  const tell = onEvent ?? (() => {});
  const sources = sourcesOf(options, tell);
  const reported: ReportedRun[] = [];
  for (const run of runs) {
    const findings = await inspectNetwork(run, sources, words);
    tell({ type: 'inspected', run, findings });
    reported.push({ ...run, findings });
  }
  return reported;
}
