import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';

/** Bytes from a text in which each character is a byte. */
export const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

const pickle = (text: string) => `\x80\x02${text}.`;
const int = (n: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(n);
  return `J${bytes.toString('latin1')}`;
};
const long = (n: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(n));
  return `\x8a\x08${bytes.toString('latin1')}`;
};
const text = (name: string) => `X${String.fromCharCode(name.length)}\0\0\0${name}`;

/** Returns a storage's identifier. */
export const storage = (key: string, count: number, type = 'FloatStorage', end = '') =>
  `(${text('storage')}ctorch\n${type}\n${text(key)}${text('cpu')}${long(count)}${end}tQ`;

/** Returns a tensor, of the parts that PyTorch writes. */
export const tensor = (from: string, offset: number, shape: readonly number[], strides: readonly number[]) =>
  `ctorch._utils\n_rebuild_tensor_v2\n(${from}${long(offset)}(${shape.map(long).join('')}t(${strides.map(long).join('')}t\x89ccollections\nOrderedDict\n)RtR`;

/** Returns a dictionary with one entry. */
export const dict = (name: string, value: string) => `}${text(name)}${value}s`;

const MAGIC = '\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19';

/** Returns a file as torch.save wrote it before PyTorch 1.6. */
export function legacyFile(object: string, storages: Readonly<Record<string, readonly number[]>> = {}): Uint8Array {
  const numbers = Object.values(storages).map((values) => {
    const bytes = Buffer.alloc(8 + 4 * values.length);
    bytes.writeBigInt64LE(BigInt(values.length));
    for (const [i, value] of values.entries()) bytes.writeFloatLE(value, 8 + 4 * i);
    return bytes.toString('latin1');
  });
  return latin1(
    [
      pickle(MAGIC),
      pickle(int(1001)),
      pickle(dict('little_endian', '\x88')),
      pickle(object),
      pickle(`](${Object.keys(storages).map(text).join('')}e`),
      ...numbers,
    ].join(''),
  );
}

/** Returns a ZIP archive of these files. */
export async function zipFile(files: Readonly<Record<string, Uint8Array>>, level = 0): Promise<Uint8Array> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, level });
  for (const [name, bytes] of Object.entries(files)) await zip.add(name, new Uint8ArrayReader(bytes));
  return zip.close();
}

/** Returns a file as torch.save writes it, with such an object and storages. */
export function zipOf(object: string, storages: Readonly<Record<string, Uint8Array>> = {}, level = 0) {
  return zipFile(
    {
      'x/data.pkl': latin1(pickle(object)),
      'x/byteorder': latin1('little'),
      ...Object.fromEntries(Object.entries(storages).map(([key, bytes]) => [`x/data/${key}`, bytes])),
    },
    level,
  );
}
