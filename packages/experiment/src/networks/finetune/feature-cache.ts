import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@cifarlab/trainer/node';

/** Bytes that all files together may have: the features of CIFAR-10 and their mirror images take 0.6 GB. */
const MOST_BYTES = 4 * 2 ** 30;

const DIGEST_BYTES = 32;
const FEATURES_FILE = /^[0-9a-f]{64}\.features$/;

/**
 * Features of images that a network has computed before, in files of a folder: the SHA-256 of what follows, then the numbers
 * in float32, little-endian. A file that does not fit its digest is as good as none.
 */
export class FeatureCache {
  readonly #folder: string;
  readonly #onWarning: (message: string) => void;
  #isWritable = true;

  /** @param onWarning hears once that nothing can be kept in the folder. */
  constructor(folder: string, onWarning: (message: string) => void) {
    this.#folder = folder;
    this.#onWarning = onWarning;
  }

  /**
   * Reads features.
   *
   * @param key what they are of, as 64 hexadecimal digits.
   * @param length how many numbers there are.
   * @returns undefined where there are none, or none that are whole.
   */
  async read(key: string, length: number): Promise<Float32Array | undefined> {
    const file = this.#file(key);
    const size = DIGEST_BYTES + length * Float32Array.BYTES_PER_ELEMENT;
    // A file of another size is not read: it may have any.
    const isThere = await stat(file)
      .then((entry) => entry.isFile() && entry.size === size)
      .catch(() => false);
    const content = isThere ? await readFile(file).catch(() => undefined) : undefined;
    if (content === undefined || content.length !== size) return undefined;
    const numbers = content.subarray(DIGEST_BYTES);
    if (!sha256(numbers).equals(content.subarray(0, DIGEST_BYTES))) return undefined;
    const now = new Date();
    await utimes(file, now, now).catch(() => {});
    return new Float32Array(numbers.buffer.slice(numbers.byteOffset, numbers.byteOffset + numbers.length));
  }

  /** Keeps features; where that is not possible, the training goes on without. */
  async write(key: string, features: Float32Array): Promise<void> {
    if (!this.#isWritable) return;
    const numbers = Buffer.from(features.buffer, features.byteOffset, features.byteLength);
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFileAtomic(this.#file(key), Buffer.concat([sha256(numbers), numbers]));
    } catch (error) {
      this.#isWritable = false;
      this.#onWarning(`features are not kept in ${this.#folder}: ${(error as Error).message}`);
    }
  }

  /** Removes the files that were not used for the longest time, where there is too much. */
  async prune(most = MOST_BYTES): Promise<void> {
    const names = (await readdir(this.#folder).catch(() => [])).filter((name) => FEATURES_FILE.test(name));
    const found = await Promise.all(
      names.map(async (name) => {
        const file = join(this.#folder, name);
        const entry = await stat(file).catch(() => undefined);
        return { file, bytes: entry?.size ?? 0, used: entry?.mtimeMs ?? 0 };
      }),
    );
    let bytes = 0;
    for (const each of found.sort((a, b) => b.used - a.used)) {
      bytes += each.bytes;
      if (bytes > most) await rm(each.file, { force: true }).catch(() => {});
    }
  }

  #file(key: string): string {
    return join(this.#folder, `${key}.features`);
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
