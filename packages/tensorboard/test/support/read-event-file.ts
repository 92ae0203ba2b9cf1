import { readFileSync } from 'node:fs';
import { fromBinary } from '@bufbuild/protobuf';
import { type Event, EventSchema } from '../../src/generated/event_pb.js';

/** Computes the CRC-32C bit by bit, masked. */
function maskedCheck(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  }
  const crc = ~rest >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Reads all events of a file; throws where a record is not whole. */
export function readEventFile(path: string): Event[] {
  const bytes = readFileSync(path);
  const events: Event[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    const data = bytes.subarray(at + 12, at + 12 + length);
    if (bytes.readUInt32LE(at + 8) !== maskedCheck(bytes.subarray(at, at + 8))) throw new Error(`length at ${at}`);
    if (bytes.readUInt32LE(at + 12 + length) !== maskedCheck(data)) throw new Error(`data at ${at}`);
    events.push(fromBinary(EventSchema, data));
    at += 16 + length;
  }
  return events;
}

/** Returns the scalars of a file as `[step, tag, value]`, in their order. */
export function scalarsOf(path: string): [step: number, tag: string, value: number][] {
  return readEventFile(path).flatMap(({ step, what }) =>
    what.case !== 'summary'
      ? []
      : what.value.value.flatMap(({ tag, value }) =>
          value.case === 'simpleValue' ? [[Number(step), tag, value.value] as [number, string, number]] : [],
        ),
  );
}
