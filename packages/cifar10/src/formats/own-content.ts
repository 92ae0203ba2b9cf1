import { Cifar10Error } from '../errors.js';
import { RECORD_SIZE } from '../records.js';
import { archiveKind, HEAD_SIZE } from './archives/archive-kind.js';
import { foreignBytes } from './foreign.js';
import type { FormLayout } from './form.js';

const PACKED = 'an archive or a compressed file in place of the file. Unpack it';

/**
 * Names what a file is instead of one of a form's, where its first bytes tell that; records may begin with any bytes.
 *
 * @throws {Cifar10Error} `MALFORMED`.
 */
export function requireOwnContent(bytes: Uint8Array, where: string, { form }: FormLayout): void {
  if (form === 'sheets' || (bytes.length > 0 && bytes.length % RECORD_SIZE === 0)) return;
  const head = bytes.subarray(0, HEAD_SIZE);
  const foreign = archiveKind(head) === undefined ? foreignBytes(head) : PACKED;
  if (foreign !== undefined) throw new Cifar10Error('MALFORMED', `${where}: ${foreign}.`);
}
