/** Returns the kind of an archive that is read, by its first bytes; undefined for anything else. */
export function archiveKind(head: Uint8Array): 'gzip' | 'zip' | 'tar' | undefined {
  if (begins(head, '\x1f\x8b')) return 'gzip';
  if (begins(head, 'PK\x03\x04') || begins(head, 'PK\x05\x06')) return 'zip';
  return isTarHeader(head) ? 'tar' : undefined;
}

/** Bytes of a file that tell what it is. */
export const HEAD_SIZE = 512;

function begins(head: Uint8Array, text: string): boolean {
  return Buffer.from(head.subarray(0, text.length)).toString('latin1') === text;
}

/** A header's checksum is the sum of its bytes, with blanks in its own place. */
function isTarHeader(head: Uint8Array): boolean {
  if (head.length < 512 || head[0] === 0) return false;
  const claimed = Number.parseInt(
    Buffer.from(head.subarray(148, 156)).toString('latin1').replace(/\0.*$/s, '').trim(),
    8,
  );
  let sum = 8 * 0x20;
  for (let i = 0; i < 512; i++) if (i < 148 || i >= 156) sum += head[i]!;
  return sum === claimed;
}
