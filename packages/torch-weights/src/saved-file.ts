import { TorchWeightsError } from './error.js';
import type { Storage } from './tensor-view.js';

/**
 * A file that torch.save has written: an object whose tensors are views of storages, and the place of the storages'
 * numbers.
 */
export interface SavedFile {
  /** The object: Maps, lists, numbers, texts, and tensors as `TensorView`s. */
  readonly root: unknown;
  /**
   * Returns the bytes of a storage, as many as its numbers take.
   *
   * @throws {TorchWeightsError} when there are not as many.
   */
  bytesOf(storage: Storage): Uint8Array | Promise<Uint8Array>;
}

/** Returns the error for a file of a machine that keeps the highest byte first. */
export function bigEndian(file: string): TorchWeightsError {
  return new TorchWeightsError(
    'UNSUPPORTED',
    `${file}: its numbers are in big-endian order, which is not read here. Load it with PyTorch on another machine, and save it there.`,
  );
}
