import type * as FileSystem from 'node:fs/promises';
import { describeSystemError } from '@cifarlab/internals/system-errors';
import { TorchWeightsError } from './error.js';

/** Most bytes of one call that reads: Node has a limit of 2 GiB. */
const CHUNK = 1024 ** 3;

/**
 * Reads a whole file.
 *
 * @throws {TorchWeightsError} `NOT_FOUND` when it is not there, cannot be read or is not a regular file.
 */
export async function readBytes(path: string | URL): Promise<Uint8Array> {
  // Bundlers for browsers must not look for this module.
  const fs: typeof FileSystem | undefined = globalThis.process?.getBuiltinModule?.('node:fs/promises');
  if (fs === undefined) {
    throw new TorchWeightsError('NOT_FOUND', `${path}: files are read in Node only. Give the file's bytes instead.`);
  }
  try {
    if (!(await fs.stat(path)).isFile())
      throw new TorchWeightsError('NOT_FOUND', `${path} is not a file. Give a .pth, .pt or .safetensors file.`);
    const file = await fs.open(path);
    try {
      const bytes = new Uint8Array((await file.stat()).size);
      for (let done = 0; done < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, done, Math.min(bytes.length - done, CHUNK), done);
        if (bytesRead === 0) return bytes.subarray(0, done);
        done += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof TorchWeightsError) throw error;
    const reason = describeSystemError(error as Error) ?? (error as Error).message;
    throw new TorchWeightsError('NOT_FOUND', `The weights cannot be read: ${reason}.`, { cause: error });
  }
}
