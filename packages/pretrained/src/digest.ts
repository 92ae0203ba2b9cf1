import { createHash } from 'node:crypto';
import type { PinnedFile } from './catalogue.js';
import { PretrainedError } from './error.js';

/** Returns the SHA-256 in hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Makes sure that bytes are those of a file.
 *
 * @param where what is said of them: a path or an address.
 * @throws {PretrainedError} `DIGEST_MISMATCH`.
 */
export function requireDigest(bytes: Uint8Array, { size, sha256 }: PinnedFile, where: string): void {
  const found = sha256Of(bytes);
  if (bytes.length === size && found === sha256) return;
  throw new PretrainedError(
    'DIGEST_MISMATCH',
    `${where} has ${bytes.length} bytes and the SHA-256 ${found}; expected ${size} bytes and ${sha256}.`,
  );
}
