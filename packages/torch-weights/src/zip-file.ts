import { show } from '@cifarlab/internals/show';
import type { Budget } from './budget.js';
import { TorchWeightsError } from './error.js';
import { bigEndian, type SavedFile } from './saved-file.js';
import { TorchUnpickler } from './torch-unpickler.js';
import { openZip } from './zip-entries.js';

/** Returns whether a file begins as a ZIP archive does, which has files in it. */
export function isZipFile(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/** Name of the object's pickle, in a folder of the archive. */
const PICKLE = /^([^/]+\/)data\.pkl$/;

/**
 * Reads a file as torch.save writes it since PyTorch 1.6: a ZIP archive with the object's pickle in `<name>/data.pkl`, the
 * numbers of each storage in `<name>/data/<key>`, and the order of their bytes in `<name>/byteorder`.
 *
 * @param unpacked what the files of the archive may take.
 */
export async function readZipFile(bytes: Uint8Array, file: string, unpacked: Budget): Promise<SavedFile> {
  const zip = await openZip(bytes, file, unpacked);
  const folder = zip.names.map((name) => PICKLE.exec(name)?.[1]).find((found) => found !== undefined);
  if (folder === undefined) {
    throw new TorchWeightsError(
      'UNRECOGNISED',
      `${file}: a ZIP archive without data.pkl, which torch.save writes. It holds ${zip.names.slice(0, 3).map(show).join(', ') || 'nothing'}; give a .pth or .pt file.`,
    );
  }
  const byteOrder = `${folder}byteorder`;
  if (zip.names.includes(byteOrder) && String.fromCharCode(...(await zip.read(byteOrder)).slice(0, 3)) === 'big') {
    throw bigEndian(file);
  }
  const root = new TorchUnpickler(await zip.read(`${folder}data.pkl`), `${file}, ${folder}data.pkl`).read();
  return {
    root,
    bytesOf: ({ key, type, count }) => zip.read(`${folder}data/${key}`, count * type.bytes),
  };
}
