import { maskedCrc32c } from './crc32c.js';

/** Bytes of a record before its data: their length, and the check of that. */
export const HEADER_BYTES = 12;
/** Bytes of a record after its data: their check. */
export const FOOTER_BYTES = 4;

/** Frames data as a TFRecord: length (uint64), its check (uint32), the data, their check; little-endian. */
export function frameRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(HEADER_BYTES + data.length + FOOTER_BYTES);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, HEADER_BYTES);
  view.setUint32(HEADER_BYTES + data.length, maskedCrc32c(data), true);
  return record;
}

/** Returns the length of the data that a header announces; undefined where the header is damaged. */
export function dataLength(header: Uint8Array): bigint | undefined {
  const view = viewOf(header);
  return view.getUint32(8, true) === maskedCrc32c(header.subarray(0, 8)) ? view.getBigUint64(0, true) : undefined;
}

/** Says whether the check after the data is theirs. */
export function isIntact(data: Uint8Array, footer: Uint8Array): boolean {
  return viewOf(footer).getUint32(0, true) === maskedCrc32c(data);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
