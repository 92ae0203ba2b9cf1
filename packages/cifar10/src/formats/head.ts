import { open } from 'node:fs/promises';
import { HEAD_SIZE } from './archives/archive-kind.js';
import { sizeOf } from './regular-file.js';

/** Returns the first bytes of a file, and its size. */
export async function headOf(path: string): Promise<{ head: Uint8Array; size: number }> {
  const size = await sizeOf(path);
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_SIZE), 0, HEAD_SIZE, 0);
    return { head: buffer.subarray(0, bytesRead), size };
  } finally {
    await file.close();
  }
}
