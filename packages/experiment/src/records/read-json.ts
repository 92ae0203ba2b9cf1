import { type FileHandle, open } from 'node:fs/promises';
import { decodeJsonText, requireFile } from '@cifarlab/trainer/node';
import { RecordError } from './record-error.js';

/** Most bytes of a file: far more than any file of ours has, and little enough to read at once. */
const MOST_BYTES = 8 * 2 ** 20;

/**
 * Reads a JSON file as people's editors and shells save it: in UTF-8 or UTF-16, with or without a byte order mark.
 *
 * @param remedy what to do about a file that is not JSON.
 * @returns undefined where there is no such file.
 * @throws RecordError when it is not JSON, or larger than `mostBytes`; the system's error when it cannot be read.
 */
export async function readJson(
  file: string,
  { remedy, mostBytes = MOST_BYTES }: { remedy: string; mostBytes?: number },
): Promise<unknown> {
  await requireFile(file).catch((error: Error) => {
    throw new RecordError({ place: file, rule: `cannot be read: ${error.message}`, remedy }, { cause: error });
  });
  const bytes = await readBytes(file, mostBytes);
  if (bytes === undefined) return undefined;
  if (bytes.length > mostBytes) {
    throw new RecordError({
      place: file,
      rule: `has more than the ${mostBytes / 2 ** 20} MiB that it may have`,
      remedy,
    });
  }
  try {
    return JSON.parse(decodeJsonText(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RecordError({ place: file, rule: `is not valid JSON (${error.message})`, remedy }, { cause: error });
  }
}

/**
 * Reads a file that may be of any size.
 *
 * @returns its content, of a larger file one byte more than may be there; undefined where there is no such file.
 */
export async function readBytes(file: string, mostBytes: number): Promise<Uint8Array | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const chunks: Uint8Array[] = [];
    let length = 0;
    while (length <= mostBytes) {
      const { bytesRead, buffer } = await handle.read(new Uint8Array(2 ** 16));
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
    }
    return Buffer.concat(chunks).subarray(0, mostBytes + 1);
  } catch (error) {
    // Errors of reading, unlike those of opening, do not say which file it was.
    throw Object.assign(error as Error, { path: file });
  } finally {
    await handle.close();
  }
}
