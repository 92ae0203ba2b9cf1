import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readPythonClassNames } from '../class-names.js';
import { readPythonBatch } from './python-batch.js';

/** Batches made by `fixtures/python3-batches.py`. */
const { batches, meta } = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/python3-batches.json', import.meta.url), 'utf8'),
) as Record<'batches' | 'meta', Record<string, string>>;
const pixels = Buffer.from(Array.from({ length: 2 * 3072 }, (_, i) => (Math.floor(i / 768) * 31) % 256));

describe('batches that Python 3 wrote', () => {
  test.each(Object.entries(batches))('%s', (_, base64) => {
    const batch = readPythonBatch(Buffer.from(base64, 'base64'), 'file');
    expect(batch.labels).toEqual([3, 9]);
    expect(Buffer.compare(batch.pixels, pixels)).toBe(0);
  });

  test.each(Object.entries(meta))('names of classes, %s', (_, base64) => {
    expect(readPythonClassNames(Buffer.from(base64, 'base64'), 'file')).toEqual(['cat', 'ж']);
  });
});
