import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAbandoned } from '@cifarlab/internals/write-whole';
import { writeFileAtomic } from '@cifarlab/trainer/node';

const DIGEST_BYTES = 32;

/** Options of {@link KeptFiles}. */
export interface KeptFilesOptions {
  /** Folder of the files, which is made when there is something to keep. */
  folder: string;
  /** The contents' name, plural: the extension of the files, and for messages. */
  name: string;
  /** Is told once that nothing can be kept in the folder. */
  onWarning: (message: string) => void;
}

/**
 * Results of earlier work in the files of a folder, each under a key that says what it is of: the SHA-256 of what follows,
 * then the bytes. A file that does not fit its digest is as good as none. Files are written whole, so that processes may
 * share the folder and be killed at any moment.
 */
export class KeptFiles {
  readonly #options: KeptFilesOptions;
  #isWritable = true;

  constructor(options: KeptFilesOptions) {
    this.#options = options;
  }

  /**
   * Reads what is kept.
   *
   * @param key 64 hexadecimal digits.
   * @param size the fewest and the most bytes that it may have.
   * @returns undefined where there is nothing, or nothing that is whole.
   */
  async read(key: string, [least, most]: readonly [number, number]): Promise<Buffer | undefined> {
    const file = this.#file(key);
    const fits = (size: number) => size >= DIGEST_BYTES + least && size <= DIGEST_BYTES + most;
    // A file of another size is not read: it may have any.
    const isThere = await stat(file)
      .then((entry) => entry.isFile() && fits(entry.size))
      .catch(() => false);
    const content = isThere ? await readFile(file).catch(() => undefined) : undefined;
    if (content === undefined || !fits(content.length)) return undefined;
    const bytes = content.subarray(DIGEST_BYTES);
    if (!sha256(bytes).equals(content.subarray(0, DIGEST_BYTES))) return undefined;
    const now = new Date();
    await utimes(file, now, now).catch(() => {});
    return bytes;
  }

  /** Keeps bytes under a key; where that is not possible, the work goes on without. */
  async write(key: string, bytes: Uint8Array): Promise<void> {
    if (!this.#isWritable) return;
    const { folder, name, onWarning } = this.#options;
    try {
      await mkdir(folder, { recursive: true });
      await writeFileAtomic(this.#file(key), Buffer.concat([sha256(bytes), bytes]));
    } catch (error) {
      this.#isWritable = false;
      onWarning(`${name} are not kept in ${folder}: ${(error as Error).message}`);
    }
  }

  /** Removes the files that were not used for the longest time, where there is too much, and what killed processes left. */
  async prune(mostBytes: number): Promise<void> {
    const { folder, name } = this.#options;
    const ours = new RegExp(`^[0-9a-f]{64}\\.${name}$`);
    const temporary = new RegExp(`^\\.[0-9a-f]{64}\\.${name}\\..*\\.tmp$`);
    await removeAbandoned(folder, (file) => temporary.test(file)).catch(() => {});
    const names = (await readdir(folder).catch(() => [])).filter((file) => ours.test(file));
    const found = await Promise.all(
      names.map(async (file) => {
        const path = join(folder, file);
        const entry = await stat(path).catch(() => undefined);
        return { path, bytes: entry?.size ?? 0, used: entry?.mtimeMs ?? 0 };
      }),
    );
    let bytes = 0;
    for (const each of found.sort((a, b) => b.used - a.used)) {
      bytes += each.bytes;
      if (bytes > mostBytes) await rm(each.path, { force: true }).catch(() => {});
    }
  }

  #file(key: string): string {
    return join(this.#options.folder, `${key}.${this.#options.name}`);
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
