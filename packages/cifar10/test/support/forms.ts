import { readFileSync } from 'node:fs';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { Header, type types } from 'tar';
import { BATCH_NAMES, IMAGE_SIZE, PLANE_SIZE, RECORD_SIZE } from '../../src/records.js';
import { MINI_PICKLES, miniRecords } from './mini.js';

/** Files by name. */
export type Files = Record<string, Uint8Array>;

/** The mini set in each form. */
export const MINI_FILES = {
  python: (): Files => Object.fromEntries(BATCH_NAMES.map((name) => [name, readFileSync(`${MINI_PICKLES}/${name}`)])),
  binary: (): Files => Object.fromEntries(BATCH_NAMES.map((name) => [`${name}.bin`, miniRecords(name)])),
  sheets: (): Files => {
    sheets ??= {
      ...Object.fromEntries(BATCH_NAMES.map((name) => [`${name}.png`, sheetOf(miniRecords(name))])),
      'test_lables.json': labelsOf(miniRecords('test_batch')),
      'train_lables.json': labelsOf(Buffer.concat(BATCH_NAMES.slice(0, 5).map(miniRecords))),
    };
    return { ...sheets };
  },
};

/** Compressing them takes a while; once is enough. */
let sheets: Files | undefined;

export const FOLDER_OF = { python: 'cifar-10-batches-py', binary: 'cifar-10-batches-bin', sheets: 'package' } as const;

/** Returns a sheet: 1024 wide, an image per row, column = y * 32 + x. */
export function sheetOf(records: Uint8Array): Buffer {
  const count = records.length / RECORD_SIZE;
  const png = new PNG({ width: PLANE_SIZE, height: count });
  for (let i = 0; i < count; i++) {
    for (let p = 0; p < PLANE_SIZE; p++) {
      for (let c = 0; c < 3; c++) {
        png.data[(i * PLANE_SIZE + p) * 4 + c] = records[i * RECORD_SIZE + 1 + c * PLANE_SIZE + p]!;
      }
      png.data[(i * PLANE_SIZE + p) * 4 + 3] = 255;
    }
  }
  return PNG.sync.write(png, { colorType: 2 });
}

function labelsOf(records: Uint8Array): Buffer {
  const labels = Array.from({ length: records.length / RECORD_SIZE }, (_, i) => records[i * RECORD_SIZE]!);
  return Buffer.from(JSON.stringify(labels));
}

/** Returns Python 2's pickle of a batch, byte for byte as cPickle lays it out. */
export function pickleOf(records: Uint8Array): Buffer {
  const count = records.length / RECORD_SIZE;
  const rows = Array.from({ length: count }, (_, i) => records.subarray(i * RECORD_SIZE, (i + 1) * RECORD_SIZE));
  const latin1 = (text: string) => Buffer.from(text, 'latin1');
  const pixels = Buffer.concat(rows.map((row) => row.subarray(1)));
  const int32 = (n: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(n);
    return bytes;
  };
  const appended = (items: Buffer[]) =>
    items.length === 1 ? [...items, latin1('a')] : items.length === 0 ? [] : [latin1('('), ...items, latin1('e')];
  return Buffer.concat([
    latin1('\x80\x02}q\x01(U\x06labelsq\x02]q\x03'),
    ...appended(rows.map((row) => Buffer.from([0x4b, row[0]!]))),
    latin1(
      'U\x04dataq\x04cnumpy.core.multiarray\n_reconstruct\nq\x05cnumpy\nndarray\nq\x06K\x00\x85U\x01b\x87Rq\x07(K\x01',
    ),
    latin1('J'),
    int32(count),
    latin1('M'),
    Buffer.from([IMAGE_SIZE & 0xff, IMAGE_SIZE >> 8]),
    latin1('\x86cnumpy\ndtype\nq\x08U\x02u1K\x00K\x01\x87Rq\x09(K\x03U\x01|NNN'),
    latin1('J\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T'),
    int32(pixels.length),
    pixels,
    latin1('tbu.'),
  ]);
}

/** An entry of a tar archive, hostile ones included. */
export interface TarEntry {
  readonly path: string;
  readonly bytes?: Uint8Array;
  readonly type?: types.EntryTypeName;
  readonly linkpath?: string;
  /** Size that the header claims; default: the true one. */
  readonly size?: number;
}

export function tarOf(entries: readonly TarEntry[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const { path, bytes = new Uint8Array(0), type = 'File', linkpath = '', size = bytes.length } of entries) {
    const header = Buffer.alloc(512);
    new Header({ path, type, linkpath, size, mode: 0o644, mtime: new Date(0) }).encode(header);
    parts.push(header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

/** Returns a `.tar.gz` of files in a folder. */
export function archiveOf(folder: string, files: Files, more: readonly TarEntry[] = []): Buffer {
  const entries = Object.entries(files).map(([name, bytes]) => ({ path: `${folder}/${name}`, bytes }));
  return gzipSync(tarOf([...more, ...entries]), { level: 1 });
}

/** Returns Python 2's pickle of `batches.meta`, with names in UTF-8. */
export function metaOf(names: readonly string[]): Buffer {
  const strings = names
    .map((name) => Buffer.from(name))
    .map((name) => Buffer.concat([Buffer.from([0x55, name.length]), name]));
  const start = Buffer.from('\x80\x02}q\x01(U\x13num_cases_per_batchq\x02K(U\x0blabel_namesq\x03]q\x04(', 'latin1');
  return Buffer.concat([start, ...strings, Buffer.from('eU\x07num_visq\x0fM\x00\x0cu.', 'latin1')]);
}

/** An entry of a `.zip`; what the directory says of it may be false. */
export interface ZipEntry {
  readonly path: string;
  readonly bytes?: Uint8Array;
  /** Unpacked size in the directory; default: the true one. */
  readonly size?: number;
  readonly flags?: number;
  /** Method of compression. Default: deflated. */
  readonly method?: number;
}

/** Returns a `.zip` of deflated entries. Checksums are left out: readers of the directory do not need them. */
export function zipOf(entries: readonly ZipEntry[], claimed = entries.length): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, bytes = new Uint8Array(0), size = bytes.length, flags = 0, method = 8 } of entries) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, name, packed);
    const more = Buffer.alloc(14);
    more.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, more, name);
    offset += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(claimed, 8);
  end.writeUInt16LE(claimed, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

/** Images whose every byte follows from the seed. */
export function recordsOf(count: number, seed: Uint8Array): Uint8Array {
  const records = new Uint8Array(count * RECORD_SIZE);
  for (let i = 0; i < records.length; i++) {
    records[i] = (seed[i % seed.length]! + i * 31 + (i >> 5)) & 0xff;
    if (i % RECORD_SIZE === 0) records[i] = records[i]! % 10;
  }
  return records;
}
