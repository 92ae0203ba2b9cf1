import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { readMetrics, writeFileAtomic } from '@cifarlab/trainer/node';
import type { Network } from '../networks/network.js';
import { networks as builtInNetworks } from '../networks/registry.js';
import { isSaved } from '../run/claim-run.js';
import { trainSlower } from '../run/classify-split.js';
import { forFile, notWritable } from '../run/output-file.js';
import { RunError } from '../run/run-error.js';
import type { RunFiles } from '../run/run-files.js';
import { openRunFolder } from '../run/run-folder.js';
import { type CheckpointName, readNetworkOf, type StoredNetwork } from '../run/saved-network.js';
import { named, sentence } from '../settings/sentence.js';
import type { ExportedResult } from './exported-network.js';
import { type ExportFormatName, formats } from './formats.js';
import { modelCard } from './model-card.js';

/** Options for exporting a run. */
export interface ExportRunOptions {
  /** Format of its files. Default: `onnx`. */
  format?: ExportFormatName | undefined;
  /** Default: `best` where there is one, else `last`. */
  checkpoint?: CheckpointName | undefined;
  /** The folder of the files; it is made where it is not there. Default: `export/<format>` in the folder of the run. */
  out?: string | undefined;
  /** Whether files that are there already are replaced. Default: no. */
  overwrite?: boolean | undefined;
  /** The networks that the run may be of. Default: those of this package. */
  networks?: readonly Network[] | undefined;
}

/** Result of an export. */
export interface ExportedRun {
  /** The run's folder. */
  run: string;
  /** Format of its files. */
  format: ExportFormatName;
  /** Checkpoint in which the network was saved. */
  checkpoint: CheckpointName;
  /** The step that it was saved at. */
  step: number;
  /** The size of all files together. */
  bytes: number;
  /** The files, the model first and its card last. */
  files: string[];
}

const CARD = 'README.md';

/**
 * Writes the trained network of a run for use elsewhere, with a card that says what it is. Neither the dataset nor an engine
 * is needed.
 *
 * @param path the folder of the run.
 * @throws RunError: `not-a-run`; `file-there`, naming a file that would be replaced; `no-export` for a network that the
 *   format cannot hold; `not-writable`; `damaged`; `diverged`. CheckpointError or RecordError when the run cannot be read; OnnxError,
 *   `TOO_LARGE`; system errors.
 */
export async function exportRun(path: string, options: ExportRunOptions = {}): Promise<ExportedRun> {
  const { format: name = 'onnx', overwrite = false, networks = builtInNetworks } = options;
  const { folder, config } = await openRunFolder(path, networks);
  const checkpoint = options.checkpoint ?? ((await isSaved(folder.best)) ? 'best' : 'last');
  const stored = await readNetworkOf(folder, networks, checkpoint);
  requireFinite(stored, path);
  const network = { stored, config, checkpoint, results: await resultsAt(folder, stored.step) };
  const format = formats[name];
  const { out = join(path, 'export', name) } = options;
  const places = [...format.files, CARD].map((file) => join(out, file));
  if (!overwrite) await refuseReplacing(places);
  // The run's own folder may be somebody else's, who lets us read it.
  if (options.out === undefined) await requireWritableRun(path, out);
  const bytes = await forFile(places[0]!, async () => {
    const written = await format.write(network);
    const files = { ...written.files, [CARD]: modelCard(network, format, written) };
    // The card last: where it is, the others are whole.
    for (const [file, content] of Object.entries(files)) await writeFileAtomic(join(out, file), content);
    return Object.values(files).reduce((sum, content) => sum + Buffer.byteLength(content), 0);
  });
  return { run: path, format: name, checkpoint, step: stored.step, bytes, files: places };
}

/** @throws RunError, `not-writable`, naming the folder that was to be made in that of the run. */
async function requireWritableRun(run: string, out: string): Promise<void> {
  try {
    await access(run, constants.W_OK);
  } catch (error) {
    throw notWritable(out, error);
  }
}

/** @throws RunError, `diverged`, when a weight is not a number. */
function requireFinite({ weights }: StoredNetwork, run: string): void {
  for (const [name, { data }] of Object.entries(weights)) {
    const value = (data as Float32Array).find((one) => !Number.isFinite(one));
    if (value === undefined) continue;
    throw new RunError({
      code: 'diverged',
      place: run,
      rule: `holds ${value} in "${name}": its weights have diverged`,
      remedy: trainSlower,
    });
  }
}

/** Returns the evaluations of the network as it was at a step. */
async function resultsAt(folder: RunFiles, step: number): Promise<ExportedResult[]> {
  const lines = await readMetrics(folder.metrics);
  return lines.flatMap((line) => {
    if (line.event !== 'eval' || line.step !== step) return [];
    const { split, accuracy, loss } = line;
    return [{ split, accuracy, loss }];
  });
}

async function refuseReplacing(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    throw new RunError({
      code: 'file-there',
      place: file,
      rule: 'is there already',
      remedy: sentence`choose another folder with ${named('out')}, or replace it with ${named('overwrite')}`,
    });
  }
}
