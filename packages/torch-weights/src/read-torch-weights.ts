import { show } from '@cifarlab/internals/show';
import { decodeSafetensorsMap, SafetensorsError, stripPrefix, type Tensor, toFloat32 } from '@cifarlab/safetensors';
import { Budget } from './budget.js';
import { SAVE_THE_STATE, TorchWeightsError } from './error.js';
import { isLegacyFile, readLegacyFile } from './legacy-file.js';
import { checkOptions, type TorchWeightsOptions } from './options.js';
import { readBytes } from './read-bytes.js';
import type { SavedFile } from './saved-file.js';
import { findStateDict } from './state-dict.js';
import { gather } from './tensor-view.js';
import { isZipFile, readZipFile } from './zip-file.js';

/** Weights by their names in a PyTorch module's `state_dict`: float32, in row-major order. */
export type TorchWeights = Record<string, Tensor<Float32Array>>;

/** PyTorch's count of batches in batch normalisation, which no computation depends on. */
const COUNT_OF_BATCHES = /(^|\.)num_batches_tracked$/;

/**
 * Reads the weights in a file of PyTorch's: what torch.save writes (a ZIP archive since PyTorch 1.6, pickles before), or
 * `.safetensors`. The kind is recognised by the content. Nothing in the file is imported, called or evaluated.
 *
 * All numbers become float32: float16, bfloat16 and integers up to 2^24 exactly, wider ones rounded. Views become
 * separate arrays. `num_batches_tracked` is left out, as are `module.` and `_orig_mod.` where all names start so.
 *
 * Memory: at most the file's size, twice `maxBytes` for what is unpacked and for the weights, the largest tensor in its
 * own type, and for the pickle 64 times its size or that of 16 MiB.
 *
 * @param source the file's path, or its bytes.
 * @throws {TorchWeightsError} with a `code` to branch on; see `TorchWeightsErrorCode`.
 */
export async function readTorchWeights(
  source: string | URL | Uint8Array,
  options: TorchWeightsOptions = {},
): Promise<TorchWeights> {
  checkOptions(options);
  if (typeof source === 'string' || source instanceof URL) {
    return decode(await readBytes(source), options.name ?? String(source), options);
  }
  if (!isBytes(source)) {
    throw new TorchWeightsError(
      'INVALID_OPTION',
      `The source must be a path or the file's bytes, a Uint8Array; got ${show(source)}.`,
    );
  }
  return decode(source, options.name ?? 'The bytes given', options);
}

async function decode(bytes: Uint8Array, file: string, { key, maxBytes }: TorchWeightsOptions): Promise<TorchWeights> {
  const most = maxBytes ?? 16 * 1024 ** 2 + 8 * bytes.length;
  const weights = new Budget(file, most);
  if (isZipFile(bytes)) {
    return gatherAll(await readZipFile(bytes, file, new Budget(file, most)), file, key, weights);
  }
  if (isLegacyFile(bytes)) return gatherAll(readLegacyFile(bytes, file), file, key, weights);
  if (bytes[8] === OPENING_BRACE) return readSafetensors(bytes, file, weights);
  throw new TorchWeightsError('UNRECOGNISED', `${file}: ${whatItMayBe(bytes)}. Give a .pth, .pt or .safetensors file.`);
}

async function gatherAll(
  saved: SavedFile,
  file: string,
  key: string | undefined,
  budget: Budget,
): Promise<TorchWeights> {
  const state = withoutCounts(findStateDict(saved.root, file, key));
  // All are counted before the first is made.
  for (const view of state.values()) budget.spend(view.count * Float32Array.BYTES_PER_ELEMENT);
  const weights = new Map<string, Tensor<Float32Array>>();
  for (const [name, view] of state) weights.set(name, gather(view, await saved.bytesOf(view.storage)));
  return named(weights, file);
}

function readSafetensors(bytes: Uint8Array, file: string, budget: Budget): TorchWeights {
  return translated(file, () => {
    const tensors = withoutCounts(decodeSafetensorsMap(bytes).tensors);
    for (const { data } of tensors.values()) budget.spend(data.length * Float32Array.BYTES_PER_ELEMENT);
    return named(new Map([...tensors].map(([name, tensor]) => [name, owned(toFloat32(tensor), bytes)])), file);
  });
}

/** Returns a copy of data that are still a view of the file, so that the file can be forgotten. */
function owned({ shape, data }: Tensor<Float32Array>, file: Uint8Array): Tensor<Float32Array> {
  return { shape, data: data.buffer === file.buffer ? data.slice() : data };
}

function withoutCounts<T>(tensors: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...tensors].filter(([name]) => !COUNT_OF_BATCHES.test(name)));
}

function named(weights: Map<string, Tensor<Float32Array>>, file: string): TorchWeights {
  if (weights.size === 0) throw new TorchWeightsError('NO_STATE', `${file}: it holds no weights. ${SAVE_THE_STATE}`);
  return translated(file, () => Object.fromEntries(stripPrefix(weights)));
}

/** Returns the errors of the package that reads .safetensors, with the file's name. */
function translated<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    throw new TorchWeightsError('MALFORMED', `${file}: ${error.message}`, { cause: error });
  }
}

/** `{`, with which the header of a .safetensors file begins, after its length. */
const OPENING_BRACE = 0x7b;

/** Says what the file may be instead, for a message: the usual other things under such names. */
function whatItMayBe(bytes: Uint8Array): string {
  const start = String.fromCharCode(...bytes.subarray(0, 64)).toLowerCase();
  if (bytes.length === 0) return 'it is empty';
  if (start.startsWith('version https://git-lfs'))
    return 'it is a pointer of Git LFS, not the file itself (git lfs pull)';
  if (/^\s*<(!doctype|html|\?xml)/.test(start)) return 'it is a page of a web server, not the file itself';
  return 'it does not begin as a file of torch.save or a .safetensors file does';
}

function isBytes(value: unknown): value is Uint8Array {
  // Not `instanceof`: in Jest, Node's arrays are of another realm.
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';
}
