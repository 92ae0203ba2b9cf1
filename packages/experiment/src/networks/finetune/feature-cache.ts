import { KeptFiles } from '../../cache/kept-files.js';

/** Bytes that all files together may have: the features of CIFAR-10 and their mirror images take 0.6 GB. */
const MOST_BYTES = 4 * 2 ** 30;

/** Features of images that a network has computed before, in files of a folder: float32, little-endian. */
export class FeatureCache {
  readonly #files: KeptFiles;

  /** @param onWarning hears once that nothing can be kept in the folder. */
  constructor(folder: string, onWarning: (message: string) => void) {
    this.#files = new KeptFiles({ folder, name: 'features', onWarning });
  }

  /**
   * Reads features.
   *
   * @param key what they are of, as 64 hexadecimal digits.
   * @param length how many numbers there are.
   * @returns undefined where there are none, or none that are whole.
   */
  async read(key: string, length: number): Promise<Float32Array | undefined> {
    const size = length * Float32Array.BYTES_PER_ELEMENT;
    const bytes = await this.#files.read(key, [size, size]);
    return bytes && new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + size));
  }

  /** Keeps features; where that is not possible, the training goes on without. */
  async write(key: string, features: Float32Array): Promise<void> {
    await this.#files.write(key, new Uint8Array(features.buffer, features.byteOffset, features.byteLength));
  }

  /** Removes the files that were not used for the longest time, where there is too much. */
  async prune(most = MOST_BYTES): Promise<void> {
    await this.#files.prune(most);
  }
}
