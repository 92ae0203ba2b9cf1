import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { crc32c } from './crc32c.js';
import { invalid } from './error.js';
import { type Event, EventSchema, type Summary } from './generated/event_pb.js';

/** Version of the format of event files, which TensorBoard requires in their first event. */
const FILE_VERSION = 'brain.Event:2';
const WRITER = '@cifarlab/tensorboard';
/** Tag of `wall_time` as the first field, and its eight bytes. */
const TIME = { tag: 0x09, bytes: 9 } as const;

/** Encodes the first event of a file. */
export function encodeVersion(time: Date): Uint8Array {
  const what = { case: 'fileVersion', value: FILE_VERSION } as const;
  return toBinary(
    EventSchema,
    create(EventSchema, { wallTime: seconds(time), what, sourceMetadata: { writer: WRITER } }),
  );
}

/** Encodes the event of a summary. @param step a whole number from 0. */
export function encodeSummary(summary: Summary, step: number, time: Date): Uint8Array {
  if (!Number.isSafeInteger(step) || step < 0) throw invalid(`the step is ${step}: give a whole number from 0`);
  const what = { case: 'summary', value: summary } as const;
  return toBinary(EventSchema, create(EventSchema, { wallTime: seconds(time), step: BigInt(step), what }));
}

/** Decodes an event. @throws when the bytes are none. */
export function decodeEvent(data: Uint8Array): Event {
  return fromBinary(EventSchema, data);
}

/** Returns the check of an event without its time: of the bytes that would be the same if it were written again. */
export function contentCheck(data: Uint8Array): number {
  return crc32c(data[0] === TIME.tag ? data.subarray(TIME.bytes) : data);
}

function seconds(time: Date): number {
  return time.getTime() / 1000;
}
