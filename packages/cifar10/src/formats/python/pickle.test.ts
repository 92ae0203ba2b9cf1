import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINI_PICKLES } from '../../../test/support/mini.js';
import { Cifar10Error } from '../../errors.js';
import { PickledArray, readPickle } from './pickle.js';

const pickle = (text: string) => Buffer.from(`\x80\x02${text}`, 'latin1');
const read = (text: string) => readPickle(pickle(text), 'file');
const u1 = (count: number, data: string) =>
  `cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01K${String.fromCharCode(count)}\x85` +
  `cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89U${String.fromCharCode(data.length)}${data}tb`;

describe('values', () => {
  test('numbers, strings, lists, dictionaries', () => {
    expect(read('K\x07.')).toBe(7);
    expect(read('M\x10\x27.')).toBe(10_000);
    expect(read('J\xff\xff\xff\xff.')).toBe(-1);
    expect(read('N.')).toBeNull();
    expect(read('\x89.')).toBe(false);
    expect(read('U\x03\xe9bc.')).toEqual(Buffer.from('\xe9bc', 'latin1'));
    expect(read('X\x03\x00\x00\x00\xc3\xa9b.')).toBe('éb');
    expect(read('T\x02\x00\x00\x00ab.')).toEqual(Buffer.from('ab'));
    expect(read('](K\x01K\x02eK\x03a.')).toEqual([1, 2, 3]);
    expect(read('}(U\x01aK\x01U\x01b]uU\x01cNs.')).toEqual(
      new Map<string, unknown>([
        ['a', 1],
        ['b', []],
        ['c', null],
      ]),
    );
  });

  test('references', () => {
    expect(read(']q\x01(h\x01r\x00\x01\x00\x00j\x00\x01\x00\x00e.')).toHaveLength(2);
  });

  test('an array of bytes', () => {
    const array = read(`${u1(3, 'abc')}.`);
    expect(array).toBeInstanceOf(PickledArray);
    expect(array).toMatchObject({ shape: [3], data: Buffer.from('abc') });
  });

  test('a batch and the meta file as Python 2 wrote them', () => {
    const batch = readPickle(readFileSync(`${MINI_PICKLES}/data_batch_1`), 'data_batch_1') as Map<string, unknown>;
    expect([...batch.keys()].sort()).toEqual(['batch_label', 'data', 'filenames', 'labels']);
    expect(batch.get('batch_label')).toEqual(Buffer.from('training batch 1 of 5'));
    expect((batch.get('data') as PickledArray).shape).toEqual([40, 3072]);
    const meta = readPickle(readFileSync(`${MINI_PICKLES}/batches.meta`), 'batches.meta') as Map<string, unknown>;
    expect((meta.get('label_names') as Uint8Array[])[9]).toEqual(Buffer.from('truck'));
  });

  test('a dictionary key is data, whatever its name', () => {
    const dict = read('}(U\x09__proto__K\x01u.') as Map<string, unknown>;
    expect(dict.get('__proto__')).toBe(1);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('what is refused', () => {
  test.each([
    ['cos\nsystem\n(U\x02lstR.', /global "os system" at offset 2 is refused/],
    ['c__builtin__\neval\nU\x011\x85R.', /global "__builtin__ eval" at offset 2 is refused/],
    ['K\x01cposix\nsystem\n.', /global "posix system" at offset 4 is refused/],
    ['cnumpy\nload\n.', /global "numpy load" at offset 2 is refused/],
    ['(ios\nsystem\n.', /opcode 'i' \(0x69\) at offset 3 is refused/],
    ["S'text'\n.", /opcode 'S' \(0x53\) at offset 2 is refused/],
    ['\x81.', /opcode 0x81 at offset 2 is refused/],
    ['\x8f.', /opcode 0x8f at offset 2 is refused/],
    ['\x97.', /opcode 0x97 at offset 2 is refused/],
    ['\x8c\x02os\x8c\x06system\x93.', /global "os system" at offset 14 is refused/],
    ['(o.', /opcode 'o' \(0x6f\) at offset 3 is refused/],
    ['P1\n.', /opcode 'P' \(0x50\)/],
    ['cnumpy\nndarray\nK\x01\x85R.', /the call at offset 20 is refused/],
    ['cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\nK\x00U\x01b\x87R.', /the call at offset \d+ is refused/],
    [']N\x85b.', /BUILD at offset 5 is refused/],
  ])('%j', (text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'UNSAFE_PICKLE', name: 'Cifar10Error' }));
  });
});

describe('what is malformed', () => {
  test.each([
    ['.', /ends with 0 values/],
    ['K\x01K\x02.', /ends with 2 values/],
    ['K', /ends at byte 3, in the middle of a value/],
    ['T\xff\xff\xff\xff.', /a string of -1 bytes at offset 2/],
    ['T\xff\xff\xff\x7f.', /in the middle of a value/],
    ['e.', /a missing mark/],
    ['(K\x01a.', /an empty stack/],
    ['K\x01(K\x01e.', /items without a list/],
    ['}(K\x01u.', /items without a dictionary/],
    ['}(K\x01K\x02u.', /a dictionary key that is not a string/],
    ['h\x05.', /a reference to nothing/],
    ['q\x05.', /an empty stack/],
    ['cnumpy\nndarray\n.', /a value of an unexpected kind/],
    ['cnumpy', /an unfinished line/],
    [`${u1(4, 'abc')}.`, /an array of shape \(4\) at offset \d+ without its 4 bytes/],
    [`${u1(3, 'abc').replace('u1', 'i4')}.`, /an array of shape \(3\) at offset \d+ without its 12 bytes/],
    [`${u1(3, 'abc').replace('u1', 'O8')}.`, /the type "O8" at offset \d+, which is not one of numbers/],
  ])('%j', (text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
  });

  test('another protocol, or no pickle', () => {
    expect(() => readPickle(Buffer.from('\x80\x06K\x01.', 'latin1'), 'f')).toThrow(/protocol is 6, expected 2 to 5/);
    expect(() => readPickle(Buffer.from('<html>'), 'f')).toThrow(/^f: not a readable CIFAR-10 pickle/);
    expect(() => readPickle(new Uint8Array(0), 'f')).toThrow(/ends at byte 0/);
  });
});

test('whatever the bytes: a value or a Cifar10Error, never anything else', () => {
  const original = readFileSync(`${MINI_PICKLES}/data_batch_1`).subarray(0, 400);
  const tolerate = (bytes: Uint8Array) => {
    try {
      readPickle(bytes, 'file');
    } catch (error) {
      expect(error).toBeInstanceOf(Cifar10Error);
    }
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => tolerate(pickle(Buffer.from(bytes).toString('latin1')))),
    { seed: 10 },
  );
  fc.assert(
    fc.property(fc.nat({ max: original.length - 1 }), fc.nat({ max: 255 }), (at, value) => {
      const changed = Buffer.from(original);
      changed[at] = value;
      tolerate(changed);
    }),
    { seed: 10 },
  );
});

describe('a file cannot ask for more than a batch of its size needs', () => {
  const repeated = [
    '(',
    ')',
    '}',
    ']',
    'N',
    '\x88',
    '\x89',
    'K\x01',
    'M\x01\x00',
    'J\x01\x00\x00\x00',
    'G12345678',
    'U\x00',
    'C\x00',
    'T\x00\x00\x00\x00',
    'B\x00\x00\x00\x00',
    'X\x00\x00\x00\x00',
    '\x8a\x00',
    '\x8c\x00',
    '\x8e\0\0\0\0\0\0\0\0',
    '\x96\0\0\0\0\0\0\0\0',
    '\x8d\0\0\0\0\0\0\0\0',
    '\x95\0\0\0\0\0\0\0\0',
    'cnumpy\ndtype\n',
    '\x8c\x05numpy\x8c\x05dtype\x93',
    'Nq\x00',
    'N\x94',
    'N\x85',
    'NN\x86',
    'NNN\x87',
    '(t',
    '(',
    ']q\x00(h\x00e0',
    '}(u',
    '](e',
    '__builtin__',
    `U\xff${'x'.repeat(255)}`,
    `\x8c\xff${'x'.repeat(255)}`,
  ];
  test.each(repeated.map((piece) => [piece]))('%j', (piece) => {
    const unit = Buffer.from(piece, 'latin1');
    const bytes = Buffer.alloc(2 ** 23, unit);
    bytes.fill(unit, 2);
    bytes.set([0x80, 4]);
    expect(() => readPickle(bytes, 'file')).toThrow(Cifar10Error);
  });

  test('one long text turned into bytes again and again', () => {
    const text = Buffer.concat([Buffer.from('X\x00\x00\x10\x00', 'latin1'), Buffer.alloc(2 ** 20, 'a')]);
    const again = `(c_codecs\nencode\nq\x01${'h\x01h\x00X\x06\x00\x00\x00latin1\x86R'.repeat(100)}`;
    const bytes = Buffer.concat([
      Buffer.from([0x80, 2]),
      text,
      Buffer.from('q\x00', 'latin1'),
      Buffer.from(again, 'latin1'),
    ]);
    expect(() => readPickle(bytes, 'file')).toThrow(/turns one text into bytes again and again/);
  });
});
