import { nameOf } from '@cifarlab/internals/pickle';
import { show } from '@cifarlab/internals/show';
import { malformed } from './error.js';
import { bigEndian, type SavedFile } from './saved-file.js';
import type { Storage } from './tensor-view.js';
import { TorchUnpickler } from './torch-unpickler.js';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
/** The number of a storage's numbers is an int64. */
const COUNT_BYTES = 8;

/**
 * Returns whether a file begins as torch.save began before PyTorch 1.6: with a pickle, of which the first holds the
 * magic number.
 */
export function isLegacyFile(bytes: Uint8Array): boolean {
  return bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5;
}

/**
 * Reads a file as torch.save wrote it before PyTorch 1.6, and still does with `_use_new_zipfile_serialization=False`:
 * pickles of a magic number, a version, facts on the system, the object, and the list of the storages' keys; then, in the
 * order of that list, how many numbers a storage has (int64) and the numbers.
 */
export function readLegacyFile(bytes: Uint8Array, file: string): SavedFile {
  let unpickler = new TorchUnpickler(bytes, file);
  const next = (): unknown => {
    unpickler = new TorchUnpickler(bytes, file, unpickler.position);
    return unpickler.read();
  };
  if (next() !== MAGIC) throw malformed(file, "its first pickle is not PyTorch's magic number");
  const protocol = next();
  if (protocol !== PROTOCOL) throw malformed(file, `its protocol is ${show(protocol)}, expected ${PROTOCOL}`);
  const system = next();
  if (system instanceof Map && system.get('little_endian') === false) throw bigEndian(file);
  const root = next();
  const { storages } = unpickler;
  const keys = next();
  if (!Array.isArray(keys)) throw malformed(file, 'the list of its storages is missing');
  const places = locateStorages(bytes, unpickler.position, keys.map(nameOf), storages, file);
  return {
    root,
    bytesOf({ key }) {
      const place = places.get(key);
      if (place === undefined) throw malformed(file, `it has no storage ${show(key)}`);
      return place;
    },
  };
}

function locateStorages(
  bytes: Uint8Array,
  start: number,
  keys: readonly (string | undefined)[],
  storages: ReadonlyMap<string, Storage>,
  file: string,
): ReadonlyMap<string, Uint8Array> {
  const places = new Map<string, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = start;
  for (const key of keys) {
    const storage = storages.get(key ?? '');
    if (storage === undefined || places.has(storage.key)) {
      throw malformed(file, 'the list of its storages is not that of its tensors');
    }
    const end = position + COUNT_BYTES + storage.count * storage.type.bytes;
    if (end > bytes.length) throw malformed(file, `it ends at byte ${bytes.length}, in the middle of a storage`);
    const count = view.getBigInt64(position, true);
    if (count !== BigInt(storage.count)) {
      throw malformed(file, `a storage has ${count} numbers, where its tensors expect ${storage.count}`);
    }
    places.set(storage.key, bytes.subarray(position + COUNT_BYTES, end));
    position = end;
  }
  if (position !== bytes.length)
    throw malformed(file, `the ${bytes.length - position} bytes at its end belong to nothing`);
  return places;
}
