import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SweepError } from '../sweep-error.js';
import { parseSweepFile, readSweepFile } from './sweep-file.js';

const parse = (content: unknown) => parseSweepFile(JSON.stringify(content), 'my.json');

describe('a sweep’s file', () => {
  it('needs nothing but the network', () => {
    expect(parse({ model: 'mlp' })).toEqual({ model: 'mlp', settings: {}, list: [{}], grid: {}, seeds: [42] });
  });

  it('keeps what it says', () => {
    const file = {
      model: 'convnet',
      settings: { flip: true },
      list: [{ optimizer: 'adam' }, {}],
      grid: { 'learning-rate': [0.1, '1e-2'] },
      seeds: [0, 4294967295],
    };
    expect(parse(file)).toEqual(file);
  });

  it.each<[unknown, RegExp]>([
    [[], /a sweep is an object such as .* and this is \[\]/],
    [null, /a sweep is an object/],
    [{}, /"model" must be one of "mlp-ndarray", "mlp", "convnet", "fastnet", "finetune", and is missing/],
    [{ model: 'cnn' }, /"model" must be one of .*, and is "cnn"/],
    [{ model: 'mlp', flip: true }, /"flip" is none of .*; flags of train belong into "settings", "list" or "grid"/],
    [{ model: 'mlp', settings: [] }, /"settings" must be an object of flags .* and is \[\]/],
    [
      { model: 'mlp', settings: { flip: null } },
      /"settings" "flip" must be a text, a number, true or false, and is null/,
    ],
    [
      { model: 'mlp', settings: { 'dnn-hidden-units': [100, 50] } },
      /"dnn-hidden-units" must be .* and is \[100,50\]; write a list of units as "100,50", several values into "grid"/,
    ],
    [{ model: 'mlp', list: {} }, /"list" must be an array of objects with flags, one at least, and is {}/],
    [{ model: 'mlp', list: [] }, /"list" must be an array .* and is \[\]/],
    [{ model: 'mlp', list: [{}, 'adam'] }, /"list" entry 2 must be an object of flags .* and is "adam"/],
    [{ model: 'mlp', grid: [] }, /"grid" must be an object of flags with arrays of values, and is \[\]/],
    [
      { model: 'mlp', grid: { momentum: 0.9 } },
      /"grid" "momentum" must be an array of values, one at least, and is 0.9/,
    ],
    [{ model: 'mlp', grid: { momentum: [] } }, /"grid" "momentum" must be an array of values, one at least/],
    [
      { model: 'mlp', grid: { momentum: [{}] } },
      /"grid" "momentum" must be a text, a number, true or false, and is {}/,
    ],
    [{ model: 'mlp', seeds: 42 }, /"seeds" must be an array of whole numbers, one at least, and is 42/],
    [{ model: 'mlp', seeds: [] }, /"seeds" must be an array/],
    [{ model: 'mlp', seeds: [1.5] }, /"seeds" must be whole numbers from 0 to 4294967295, and one is 1.5/],
    [{ model: 'mlp', seeds: [-1] }, /and one is -1/],
    [{ model: 'mlp', seeds: [4294967296] }, /and one is 4294967296/],
    [{ model: 'mlp', seeds: ['42'] }, /and one is "42"/],
    [{ model: 'mlp', seeds: [1, 2, 1] }, /"seeds" has 1 twice; name each seed once/],
  ])('%j is refused', (content, message) => {
    expect(() => parse(content)).toThrow(SweepError);
    expect(() => parse(content)).toThrow(message);
    expect(() => parse(content)).toThrow(/^my.json: /);
  });

  it('that is no JSON is refused with the place', () => {
    expect(() => parseSweepFile('{"model": ', 'my.json')).toThrow(
      /^my.json is not valid JSON \(.+\); correct it there$/,
    );
  });
});

describe('readSweepFile', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cifarlab-sweep-file-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const read = async (content: string | Uint8Array, encoding?: BufferEncoding) => {
    await writeFile(join(folder, 'my.json'), content, encoding);
    return readSweepFile(join(folder, 'my.json'));
  };

  it.each(['utf8', 'utf16le'] as const)('reads what an editor saved with a byte order mark (%s)', async (encoding) => {
    expect((await read('\uFEFF{"model": "mlp"}', encoding)).model).toBe('mlp');
  });

  it('reads UTF-16 without a mark, in both orders', async () => {
    const text = Buffer.from('{"model": "mlp"}', 'utf16le');
    expect((await read(text)).model).toBe('mlp');
    expect((await read(text.swap16())).model).toBe('mlp');
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    [
      'bytes',
      Buffer.from([0x7b, 0x22, 0xe4, 0x22, 0x7d]),
      /my\.json is not valid JSON \(it is not UTF-8 text; save it as UTF-8\)/,
    ],
    ['much', ' '.repeat(2 ** 20 + 1), /my\.json has more than the 1 MiB that a sweep's file may have; split it/],
    [
      'brackets',
      `{"model":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      /my\.json: it has objects or arrays in more than 10/,
    ],
    ['a long value', JSON.stringify({ model: 'x'.repeat(10_000) }), /"model" must be one of .*, and is "x{299}…$/],
  ])('refuses %s', async (_, content, message) => {
    await expect(read(content)).rejects.toThrow(SweepError);
    await expect(read(content)).rejects.toThrow(message);
  });

  it('says when there is none', async () => {
    await expect(readSweepFile(join(folder, 'none.json'))).rejects.toThrow(/none\.json does not exist; check the path/);
  });
});
