import { show } from '@cifarlab/internals/show';
import { TorchWeightsError } from './error.js';

/** Options of {@link readTorchWeights}. */
export interface TorchWeightsOptions {
  /**
   * The entry of a checkpoint that holds the state_dict, such as `model_ema`. Default: `state_dict`, `model_state_dict`
   * or `model` if it has tensors, else the file's own dictionary. A `.safetensors` file has no such entries.
   */
  readonly key?: string | undefined;
  /**
   * The most bytes that the weights may take as float32, and that an archive may unpack to: views can repeat numbers,
   * and compressed files can hold far more than their size. Default: 16 MiB and 8 times the file's size.
   */
  readonly maxBytes?: number | undefined;
  /** Name of the file in messages. Default: its path, or "The bytes given". */
  readonly name?: string | undefined;
}

const OPTIONS = ['key', 'maxBytes', 'name'];

/** @throws {TorchWeightsError} `INVALID_OPTION`. */
export function checkOptions(options: TorchWeightsOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw invalid(`The options must be an object such as { key: "model_ema" }; got ${show(options)}.`);
  }
  const unknown = Object.keys(options).find((key) => !OPTIONS.includes(key));
  if (unknown !== undefined) {
    throw invalid(`There is no option ${show(unknown)}; there are ${OPTIONS.join(', ')}.`);
  }
  const { key, maxBytes, name } = options;
  if (key !== undefined && (typeof key !== 'string' || key === '')) {
    throw invalid(`key must be the name of an entry, such as "model_ema"; got ${show(key)}.`);
  }
  if (name !== undefined && typeof name !== 'string') {
    throw invalid(`name must be a text, such as the file's path; got ${show(name)}.`);
  }
  if (maxBytes !== undefined && !(Number.isSafeInteger(maxBytes) && maxBytes > 0)) {
    throw invalid(`maxBytes must be a whole number of 1 or more; got ${show(maxBytes)}.`);
  }
}

function invalid(message: string): TorchWeightsError {
  return new TorchWeightsError('INVALID_OPTION', message);
}
