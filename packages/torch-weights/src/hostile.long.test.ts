// Somebody may do to the weights of others what is done to a file here.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf } from '../test/support/fixtures.js';
import { dict, latin1, legacyFile, storage, tensor, zipFile, zipOf } from '../test/support/pickles.js';
import { TorchWeightsError } from './error.js';
import { readTorchWeights } from './read-torch-weights.js';

const MIB = 1024 ** 2;
const view = (offset: number, shape: readonly number[], strides: readonly number[]) =>
  legacyFile(dict('w', tensor(storage('0', 4), offset, shape, strides)), { 0: [1, 2, 3, 4] });

describe('views that lie', () => {
  test.each<[string, Uint8Array]>([
    ['within: all', view(0, [2, 2], [2, 1])],
    ['within: transposed', view(0, [2, 2], [1, 2])],
    ['within: the last number', view(3, [1], [100])],
    ['within: empty, at the end', view(4, [0], [1])],
    ['within: empty, whatever the other sizes', view(0, [2 ** 40, 0, 2 ** 40], [1, 1, 1])],
    ['within: repeated', view(0, [1000, 4], [0, 1])],
  ])('%s', async (_, bytes) => {
    expect(Object.keys(await readTorchWeights(bytes))).toEqual(['w']);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['beyond the end', view(0, [5], [1]), /reaches to number 5 of a storage with 4/],
    ['beyond the end by its offset', view(4, [1], [1]), /reaches to number 5/],
    ['beyond the end by its strides', view(0, [2, 2], [3, 1]), /reaches to number 5/],
    ['empty, beyond the end', view(5, [0], [1]), /reaches to number 5/],
    ['before the start', view(-1, [1], [1]), /not all whole numbers of 0 or more/],
    ['backwards', view(3, [4], [-1]), /not all whole numbers of 0 or more/],
    ['of negative sizes', view(0, [-1], [1]), /not all whole numbers of 0 or more/],
    ['of a product above 2^53', view(0, [2 ** 30, 2 ** 30], [0, 0]), /too many elements/],
    ['of strides that overflow', view(0, [2, 2], [2 ** 52, 2 ** 52]), /reaches to number/],
    ['of fewer strides', view(0, [2, 2], [1]), /2 sizes and 1 strides/],
    ['of too many dimensions', view(0, Array(65).fill(1), Array(65).fill(1)), /65 sizes/],
  ])('%s', async (_, bytes, message) => {
    await expect(readTorchWeights(bytes)).rejects.toMatchObject({ code: 'MALFORMED' });
    await expect(readTorchWeights(bytes)).rejects.toThrow(message);
  });

  test('that repeat one number beyond any memory', async () => {
    await expect(readTorchWeights(view(0, [2 ** 40], [0]))).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await expect(readTorchWeights(view(0, [100], [0]), { maxBytes: 399 })).rejects.toThrow(
      /more than 399 bytes.*maxBytes/,
    );
    const { w } = await readTorchWeights(view(0, [100], [0]), { maxBytes: 400 });
    expect(w!.data).toEqual(new Float32Array(100).fill(1));
  });

  test('many that together take too much', async () => {
    const one = tensor(storage('0', 4), 0, [4 * MIB], [0]);
    const entries = Array.from({ length: 5 }, (_, i) => `X\x01\0\0\0${i}${one}`).join('');
    await expect(readTorchWeights(legacyFile(`}(${entries}u`, { 0: [1, 2, 3, 4] }))).rejects.toMatchObject({
      code: 'TOO_LARGE',
    });
  });
});

describe('pickles that want more', () => {
  test.each<[string, string, RegExp]>([
    ['a command of the system', 'cposix\nsystem\n(X\x02\0\0\0lstR', /global "posix system" at offset \d+ is refused/],
    ['evaluation', 'c__builtin__\neval\n(X\x01\0\0\x001tR', /global "__builtin__ eval"/],
    ['by the names of protocol 4', '\x8c\x02os\x8c\x06system\x93', /global "os system"/],
    ['an import of their own', 'ctorch.hub\nload\n)R', /global "torch\.hub load"/],
    ['an instance', '(ios\nsystem\n', /opcode 'i' \(0x69\)/],
    ['an object of any class', 'ccollections\nOrderedDict\n)\x81', /opcode 0x81/],
    ['an extension', '\x82\x01', /opcode 0x82/],
    ['a buffer from outside', '\x97', /opcode 0x97/],
    ['a call of a storage', 'ctorch\nFloatStorage\n(K\x01tR', /the call at offset \d+ is refused/],
    ['a call of no global', 'K\x01)R', /the call at offset \d+ is refused/],
    ['a state for a list', ']}b', /BUILD at offset \d+ is refused/],
    [
      'a storage of another kind',
      '(X\x07\0\0\0storageccollections\nOrderedDict\nX\x01\0\0\x000X\x03\0\0\0cpuK\x01tQ',
      /the identifier at offset/,
    ],
    ['an identifier that is a text', 'X\x01\0\0\0aQ', /the identifier at offset/],
    ['a view of a storage', storage('0', 1, 'FloatStorage', 'K\x01K\x00K\x01\x87'), /the identifier at offset/],
  ])('%s', async (_, object, message) => {
    for (const bytes of [legacyFile(object), await zipOf(object)]) {
      await expect(readTorchWeights(bytes)).rejects.toMatchObject({ code: 'UNSAFE' });
      await expect(readTorchWeights(bytes)).rejects.toThrow(message);
    }
  });

  test('a whole module', async () => {
    await expect(readTorchWeights(legacyFile('(X\x06\0\0\0moduleNNNtQ'))).rejects.toThrow(
      /a whole module\. Save the weights/,
    );
  });

  test.each<[string, string]>([
    ['a number of 255 bytes', `\x8a\xff${'1'.repeat(255)}`],
    ['a storage of two types', `(${storage('0', 4)}${storage('0', 4, 'IntStorage')}t`],
    ['a storage without a size', storage('0', -1)],
    ['a dictionary without keys', 'ccollections\nOrderedDict\n(](K\x01et R'.replace(' ', '')],
    ['a tensor as a key', `}${tensor(storage('0', 0), 0, [0], [1])}Ns`],
  ])('%s', async (_, object) => {
    await expect(readTorchWeights(legacyFile(object))).rejects.toMatchObject({ code: 'MALFORMED' });
  });

  test.each([
    '(',
    ')',
    '}',
    ']',
    'N',
    'K\x01',
    'M\x01\0',
    'G12345678',
    'U\0',
    'T\0\0\0\0',
    'X\0\0\0\0',
    'X\x01\0\0\0a',
    'N\x94',
    'N\x85',
    'NNN\x87',
    '(t',
    ']q\0(h\0e0',
    '}(u',
    '](e',
    ')\x85\x85\x85',
    'ccollections\nOrderedDict\n)R',
    'ctorch\nFloatStorage\n',
    storage('0', 0),
    '\x8a\x08ABCDEFGH',
    '\x8e\0\0\0\0\0\0\0\0',
  ])('%j again and again', async (piece) => {
    const pickle = new Uint8Array(MIB);
    pickle.set([0x80, 2]);
    const unit = latin1(piece);
    for (let at = 2; at + unit.length <= pickle.length; at += unit.length) pickle.set(unit, at);
    const start = legacyFile('N');
    const head = start.subarray(0, Buffer.from(start).lastIndexOf('\x80\x02N.', undefined, 'latin1'));
    const legacy = new Uint8Array(head.length + pickle.length);
    legacy.set(head);
    legacy.set(pickle, head.length);
    const zip = await zipFile({ 'x/data.pkl': pickle }, 1);
    for (const bytes of [legacy, zip]) {
      await expect(readTorchWeights(bytes)).rejects.toBeInstanceOf(TorchWeightsError);
    }
  });

  test('a text with a length beyond the file', async () => {
    for (const text of [
      'X\xff\xff\xff\x7f',
      'B\xff\xff\xff\xff',
      '\x8e\xff\xff\xff\xff\xff\xff\xff\xff',
      'T\xff\xff\xff\xff',
    ]) {
      await expect(readTorchWeights(legacyFile(text))).rejects.toMatchObject({ code: 'MALFORMED' });
    }
  });

  test('a dictionary in itself', async () => {
    await expect(readTorchWeights(legacyFile('}q\0X\x01\0\0\0ah\0s'))).rejects.toMatchObject({ code: 'NO_STATE' });
  });
});

describe('storages that lie', () => {
  const object = dict('w', tensor(storage('0', 2), 0, [2], [1]));

  test('in a legacy file', async () => {
    await expect(readTorchWeights(legacyFile(object, { 0: [1] }))).rejects.toMatchObject({ code: 'MALFORMED' });
    await expect(readTorchWeights(legacyFile(object, { 0: [1, 2, 3] }))).rejects.toThrow(
      /has 3 numbers, where its tensors expect 2/,
    );
    await expect(readTorchWeights(legacyFile(object, {}))).rejects.toThrow(/no storage "0"/);
    await expect(readTorchWeights(legacyFile(object, { 0: [1, 2], 1: [3] }))).rejects.toThrow(/list of its storages/);
    const whole = legacyFile(object, { 0: [1, 2] });
    const longer = new Uint8Array(whole.length + 1);
    longer.set(whole);
    await expect(readTorchWeights(longer)).rejects.toThrow(/the 1 bytes at its end belong to nothing/);
  });

  test('in an archive', async () => {
    await expect(readTorchWeights(await zipOf(object, { 0: new Uint8Array(4) }))).rejects.toThrow(
      /has 4 bytes, where its tensors expect 8/,
    );
    await expect(readTorchWeights(await zipOf(object))).rejects.toThrow(/has no file "x\/data\/0"/);
  });
});

describe('bombs', () => {
  test('an honest one, of zeros', async () => {
    const size = 64 * MIB;
    const object = dict('w', tensor(storage('0', size / 4), 0, [1], [1]));
    const bomb = await zipOf(object, { 0: new Uint8Array(size) }, 9);
    expect(bomb.length).toBeLessThan(MIB);
    await expect(readTorchWeights(bomb)).rejects.toMatchObject({ code: 'TOO_LARGE' });
    const { w } = await readTorchWeights(bomb, { maxBytes: size + MIB });
    expect(w!.data).toEqual(Float32Array.of(0));
  });

  test('one that declares less than it holds', async () => {
    const bomb = await zipFile({ 'x/data.pkl': new Uint8Array(32 * MIB) }, 9);
    const view = new DataView(bomb.buffer, bomb.byteOffset, bomb.byteLength);
    const text = Buffer.from(bomb);
    // In the directory, before the file, and behind it.
    for (const [mark, at] of [
      ['PK\x01\x02', 24],
      ['PK\x03\x04', 22],
      ['PK\x07\x08', 12],
    ] as const) {
      const place = text.lastIndexOf(Buffer.from(mark, 'latin1'));
      if (place >= 0 && view.getUint32(place + at, true) === 32 * MIB) view.setUint32(place + at, 100, true);
    }
    await expect(readTorchWeights(bomb)).rejects.toMatchObject({ code: 'MALFORMED' });
    await expect(readTorchWeights(bomb)).rejects.toThrow(/data\.pkl" cannot be unpacked: Invalid uncompressed size/);
  });

  test('files that lie over one another', async () => {
    const one = (name: string, key: string) => `X\x01\0\0\0${name}${tensor(storage(key, 2), 0, [2], [1])}`;
    const numbers = latin1('abcdefgh');
    const zip = await zipOf(`}(${one('a', '0')}${one('b', '1')}u`, { 0: numbers, 1: numbers });
    expect(Object.keys(await readTorchWeights(zip))).toEqual(['a', 'b']);
    const text = Buffer.from(zip);
    const second = text.lastIndexOf('PK\x01\x02');
    const first = text.lastIndexOf('PK\x01\x02', second - 1);
    // The directory gives both the place of the first.
    zip.set(zip.subarray(first + 42, first + 46), second + 42);
    await expect(readTorchWeights(zip)).rejects.toThrow(/"x\/data\/1" cannot be unpacked: .*overlap/i);
  });
});

const ORIGINALS = [
  'kinds-zip.pth',
  'kinds-deflated.pth',
  'kinds-legacy.pth',
  'kinds-legacy-protocol4.pth',
  'module.safetensors',
];

/** Expects weights or this package's error, and nothing else, for any bytes. */
async function tolerate(bytes: Uint8Array): Promise<void> {
  try {
    for (const { shape, data } of Object.values(await readTorchWeights(bytes))) {
      expect(data).toBeInstanceOf(Float32Array);
      expect(data.length).toBe(shape.reduce((count, size) => count * size, 1));
    }
  } catch (error) {
    expect(error).toBeInstanceOf(TorchWeightsError);
  }
}

describe.each(ORIGINALS)('%s, damaged', (name) => {
  const original = bytesOf(name);

  test('cut short at every byte: an error', async () => {
    for (let length = 0; length < original.length; length++) {
      await expect(readTorchWeights(original.subarray(0, length))).rejects.toBeInstanceOf(TorchWeightsError);
    }
  });

  test('some bytes changed', async () => {
    const changes = fc.array(fc.tuple(fc.nat({ max: original.length - 1 }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(changes, async (changed) => {
        const bytes = original.slice();
        for (const [at, value] of changed) bytes[at] = value;
        await tolerate(bytes);
      }),
      { numRuns: 100 },
    );
  });

  test('a piece left out, doubled or moved', async () => {
    const piece = fc.tuple(fc.nat({ max: original.length }), fc.nat({ max: 200 }), fc.nat({ max: original.length }));
    await fc.assert(
      fc.asyncProperty(piece, async ([at, length, to]) => {
        const bytes = Buffer.from(original);
        const cut = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        await tolerate(Uint8Array.from(cut));
        await tolerate(
          Uint8Array.from(Buffer.concat([cut.subarray(0, to), bytes.subarray(at, at + length), cut.subarray(to)])),
        );
      }),
      { numRuns: 50 },
    );
  });
});
