import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeSafetensors } from '@cifarlab/safetensors';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bytesOf, EXPECTED, fixture } from '../test/support/fixtures.js';
import { dict, latin1, legacyFile, storage, tensor, zipFile, zipOf } from '../test/support/pickles.js';
import { readTorchWeights, type TorchWeights } from './read-torch-weights.js';

/** Returns weights in the form of `expected.json`. */
const asText = (weights: TorchWeights) =>
  Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [
      name,
      { shape: [...shape], values: [...data].map(Number) },
    ]),
  );
const expected = (name: string) =>
  Object.fromEntries(
    Object.entries(EXPECTED[name]!).map(([key, { shape, values }]) => [
      key,
      { shape, values: values.map((value) => Number(value.replace('inf', 'Infinity'))) },
    ]),
  );

describe('the values that PyTorch has', () => {
  test.each([
    ['kinds', 'kinds-zip.pth'],
    ['kinds', 'kinds-deflated.pth'],
    ['kinds', 'kinds-legacy.pth'],
    ['kinds', 'kinds-legacy-protocol4.pth'],
    ['module', 'module-zip.pth'],
    ['module', 'module-legacy.pth'],
    ['module', 'module.safetensors'],
    ['checkpoint', 'checkpoint-zip.pth'],
    ['checkpoint', 'checkpoint-legacy.pth'],
  ])('%s, %s', async (name, file) => {
    const weights = await readTorchWeights(fixture(file));
    expect(asText(weights)).toEqual(expected(name));
    expect(asText(await readTorchWeights(bytesOf(file)))).toEqual(expected(name));
  });

  test('in the order of the file, each array with memory of its own', async () => {
    for (const file of ['kinds-zip.pth', 'kinds-legacy.pth']) {
      const weights = await readTorchWeights(fixture(file));
      expect(Object.keys(weights)).toEqual(Object.keys(EXPECTED.kinds!));
      const buffers = Object.values(weights).map(({ data }) => data.buffer);
      expect(new Set(buffers).size).toBe(buffers.length);
    }
    const bytes = bytesOf('module.safetensors');
    const before = asText(await readTorchWeights(bytes));
    const weights = await readTorchWeights(bytes);
    bytes.fill(0);
    expect(asText(weights)).toEqual(before);
  });

  test('from a URL, and from bytes in the middle of other memory', async () => {
    expect(asText(await readTorchWeights(pathToFileURL(fixture('module-zip.pth'))))).toEqual(expected('module'));
    for (const file of ['kinds-zip.pth', 'kinds-legacy.pth', 'kinds-deflated.pth']) {
      const bytes = bytesOf(file);
      const shifted = new Uint8Array(bytes.length + 3);
      shifted.set(bytes, 3);
      expect(asText(await readTorchWeights(shifted.subarray(3)))).toEqual(expected('kinds'));
    }
  });
});

describe('which dictionary of a checkpoint', () => {
  const one = (name: string) => dict(name, tensor(storage('0', 1), 0, [1], [1]));
  const read = (object: string, key?: string) => readTorchWeights(legacyFile(object, { 0: [7] }), { key });

  test('the entry given', async () => {
    expect(Object.keys(await read(dict('ema', one('w')), 'ema'))).toEqual(['w']);
    await expect(read(dict('ema', one('w')), 'other')).rejects.toThrow(
      /its entry "other" has no tensors; the file's entries are "ema". Set key/,
    );
  });

  test.each(['state_dict', 'model_state_dict', 'model'])('%s', async (key) => {
    expect(Object.keys(await read(dict(key, one('w'))))).toEqual(['w']);
  });

  test('none', async () => {
    await expect(read(dict('ema', one('w')))).rejects.toMatchObject({
      code: 'NO_STATE',
      message: expect.stringContaining('it has no tensors; the file\'s entries are "ema"'),
    });
    await expect(read(tensor(storage('0', 1), 0, [1], [1]))).rejects.toThrow(/it holds no dictionary of tensors/);
    await expect(readTorchWeights(legacyFile('}'))).rejects.toThrow(/entries are none/);
  });

  test('two in one', async () => {
    const both = `}(X\x01\0\0\0a${tensor(storage('0', 1), 0, [1], [1])}X\x01\0\0\0b${one('w')}u`;
    await expect(read(both)).rejects.toThrow(
      /its entry "b" has tensors of its own\. Set key to the one to read, such as "b"/,
    );
    expect(Object.keys(await read(both, 'b'))).toEqual(['w']);
  });

  test('nothing but a count of batches', async () => {
    await expect(read(one('bn.num_batches_tracked'))).rejects.toMatchObject({ code: 'NO_STATE' });
  });
});

describe('names', () => {
  const read = async (...names: string[]) => {
    const tensors = Object.fromEntries(names.map((name) => [name, { shape: [1], data: Float32Array.of(1) }]));
    return Object.keys(await readTorchWeights(encodeSafetensors(tensors)));
  };

  test('wrappers before all of them are taken away', async () => {
    expect(await read('module.a', 'module.b')).toEqual(['a', 'b']);
    expect(await read('module._orig_mod.a')).toEqual(['a']);
    expect(await read('module.a', 'b')).toEqual(['module.a', 'b']);
  });

  test('the count of batches is left out before that', async () => {
    expect(await read('module.a', 'num_batches_tracked')).toEqual(['a']);
  });

  test('a name is data, whatever it is', async () => {
    const weights = await readTorchWeights(
      legacyFile(dict('__proto__', tensor(storage('0', 1), 0, [1], [1])), { 0: [7] }),
    );
    expect(Object.keys(weights)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).shape).toBeUndefined();
  });
});

describe('what is not read here', () => {
  test.each([
    [
      'whole-module-zip.pth',
      'UNSAFE',
      /global "torch\.nn\.modules\.linear Linear" at offset \d+ is refused.*state_dict\(\)/,
    ],
    ['whole-module-legacy.pth', 'UNSAFE', /global "torch\.nn\.modules\.linear Linear"/],
    ['module-big-endian.pth', 'UNSUPPORTED', /big-endian order.*Load it with PyTorch/],
  ])('%s', async (file, code, message) => {
    await expect(readTorchWeights(fixture(file))).rejects.toMatchObject({ name: 'TorchWeightsError', code });
    await expect(readTorchWeights(fixture(file))).rejects.toThrow(message);
    await expect(readTorchWeights(fixture(file))).rejects.toThrow(fixture(file));
  });

  test('a legacy file of a big-endian machine', async () => {
    const bytes = bytesOf('module-legacy.pth');
    const at = Buffer.from(bytes).indexOf('little_endian') + 'little_endian'.length;
    const flag = bytes.indexOf(0x88, at);
    bytes[flag] = 0x89;
    await expect(readTorchWeights(bytes)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /it is empty/],
    ['a web page', latin1('<!DOCTYPE html><html></html>'), /a page of a web server/],
    ['a pointer', latin1('version https://git-lfs.github.com/spec/v1\noid sha256:00'), /pointer of Git LFS/],
    ['something else', latin1('GIF89a..............'), /does not begin as a file of torch\.save/],
  ])('%s', async (_, bytes, message) => {
    await expect(readTorchWeights(bytes)).rejects.toMatchObject({ code: 'UNRECOGNISED' });
    await expect(readTorchWeights(bytes)).rejects.toThrow(message);
  });

  test('an archive of other files', async () => {
    await expect(readTorchWeights(await zipFile({ 'a.txt': latin1('a') }))).rejects.toThrow(
      /without data\.pkl, which torch\.save writes\. It holds "a\.txt"/,
    );
  });

  test('a file by another name', async () => {
    await expect(readTorchWeights(new Uint8Array(0), { name: 'the cache' })).rejects.toThrow(/^the cache: it is empty/);
    await expect(readTorchWeights('x', { name: 1 as never })).rejects.toThrow(/name must be a text/);
  });

  test('a damaged .safetensors file', async () => {
    const bytes = bytesOf('module.safetensors');
    await expect(readTorchWeights(bytes.subarray(0, 400))).rejects.toMatchObject({ code: 'MALFORMED' });
  });

  test('numbers that do not fit their checksum', async () => {
    const bytes = await zipOf(dict('w', tensor(storage('0', 2), 0, [2], [1])), { 0: latin1('abcdefgh') });
    bytes[Buffer.from(bytes).indexOf('abcdefgh')]! ^= 1;
    await expect(readTorchWeights(bytes)).rejects.toMatchObject({ code: 'MALFORMED' });
  });

  test('paths', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'torch-weights-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    await expect(readTorchWeights(folder)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(readTorchWeights(join(folder, 'none.pth'))).rejects.toThrow(
      /none\.pth does not exist; check the path/,
    );
  });

  test('arguments', async () => {
    await expect(readTorchWeights(7 as never)).rejects.toThrow(/a path or the file's bytes, a Uint8Array; got 7/);
    await expect(readTorchWeights('x', { maxBytes: 0 })).rejects.toThrow(
      /maxBytes must be a whole number of 1 or more; got 0/,
    );
    await expect(readTorchWeights('x', { key: '' })).rejects.toThrow(/key must be the name of an entry/);
    await expect(readTorchWeights('x', { keys: 1 } as never)).rejects.toThrow(
      /no option "keys"; there are key, maxBytes, name/,
    );
    await expect(readTorchWeights('x', null as never)).rejects.toThrow(/must be an object/);
  });
});
