import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from './index.js';

/** Returns a file with the given header text and this many zero bytes of data. */
function file(header: string | Uint8Array, dataBytes = 0): Uint8Array {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

function withLength(length: bigint, rest = 2): Uint8Array {
  const bytes = new Uint8Array(8 + rest).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  return bytes;
}

const entry = (dtype: string, shape: string, offsets: string) =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;

describe('decodeSafetensors refuses', () => {
  it.each([
    ['an empty file', new Uint8Array(0), /The file has 0 bytes, and the header's length alone takes 8/],
    ['seven bytes', new Uint8Array(7), /The file has 7 bytes/],
    ['a huge header', withLength(100_000_001n), /claims 100000001 bytes, and the format allows 100000000/],
    ['a header of 2^64 - 1', withLength(2n ** 64n - 1n), /claims 18446744073709551615 bytes/],
    ['a header beyond the end', withLength(100n), /claims 100 bytes, and the file has 2 after its length: it is cut/],
    ['an empty header', withLength(0n), /does not start with "\{"/],
    ['another kind of file', file('[]'), /does not start with "\{"/],
    ['leading space', file(' {}'), /does not start with "\{"/],
    ['broken UTF-8', file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), /not valid UTF-8/],
    ['broken JSON', file('{"a":'), /not valid JSON/],
    ['text behind the JSON', file('{} x'), /not valid JSON/],
    ['a name twice', file(`{"a":${entry('U8', '[1]', '[0,1]')},"a":${entry('U8', '[1]', '[0,1]')}}`, 1), /"a" appears/],
    [
      'an escaped name twice',
      file(`{"a":${entry('U8', '[0]', '[0,0]')},"\\u0061":${entry('U8', '[0]', '[0,0]')}}`),
      /"a"/,
    ],
    ['a field twice', file('{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}'), /"dtype" appears/],
    ['metadata that is a list', file('{"__metadata__":[]}'), /"__metadata__" must map names to text/],
    ['metadata with numbers', file('{"__metadata__":{"a":1}}'), /"__metadata__" must map names to text/],
    ['a tensor that is a number', file('{"a":1}'), /"a" must have a dtype, a shape and two data_offsets.*is 1/],
    ['a tensor that is null', file('{"a":null}'), /"a" must have a dtype/],
    ['a missing dtype', file('{"a":{"shape":[0],"data_offsets":[0,0]}}'), /"a" must have a dtype/],
    ['a negative size', file(`{"a":${entry('U8', '[-1]', '[0,0]')}}`), /"a" must have/],
    ['a fractional size', file(`{"a":${entry('U8', '[0.5]', '[0,0]')}}`), /"a" must have/],
    ['an unsafe size', file(`{"a":${entry('U8', '[9007199254740993]', '[0,0]')}}`), /"a" must have/],
    ['a size of -0', file(`{"a":${entry('U8', '[-0]', '[0,0]')}}`), /"a" must have/],
    ['three offsets', file(`{"a":${entry('U8', '[0]', '[0,0,0]')}}`), /"a" must have/],
    ['offsets as text', file(`{"a":${entry('U8', '[0]', '"00"')}}`), /"a" must have/],
    [
      'too few bytes for BF16',
      file(`{"a":${entry('BF16', '[2]', '[0,2]')}}`, 2),
      /dtype BF16 .* takes 4 bytes.*span 2/,
    ],
    ['half a byte', file(`{"a":${entry('F4', '[3]', '[0,2]')}}`, 2), /dtype F4 .* takes 1.5 bytes.*span 2/],
    ['reversed offsets of an unknown dtype', file(`{"a":${entry('X', '[1]', '[1,0]')}}`, 1), /span -1/],
    ['too few bytes for the shape', file(`{"a":${entry('F32', '[2]', '[0,4]')}}`, 4), /takes 8 bytes.*span 4/],
    ['reversed offsets', file(`{"a":${entry('U8', '[1]', '[1,0]')}}`, 1), /takes 1 bytes.*\[1, 0\] span -1/],
    ['a shape that overflows', file(`{"a":${entry('U8', '[4294967296,4294967296]', '[0,0]')}}`), /span 0/],
    [
      'data cut short',
      file(`{"a":${entry('U8', '[4]', '[0,4]')}}`, 3),
      /"a" ends at byte 4 of the data, and the file has 3/,
    ],
    [
      'an overlap',
      file(`{"a":${entry('U8', '[4]', '[0,4]')},"b":${entry('U8', '[4]', '[2,6]')}}`, 6),
      /"b" starts at byte 2 of the data, but the tensors before it end at 4: they overlap/,
    ],
    [
      'a gap',
      file(`{"a":${entry('U8', '[1]', '[0,1]')},"b":${entry('U8', '[1]', '[2,3]')}}`, 3),
      /"b" starts at byte 2 of the data, but the tensors before it end at 1: there is a gap/,
    ],
    ['bytes left over', file(`{"a":${entry('U8', '[1]', '[0,1]')}}`, 2), /take 1 bytes of data, and the file has 2/],
    ['bytes of no tensor', file('{}', 2), /take 0 bytes of data, and the file has 2/],
  ])('%s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(SafetensorsError);
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });

  it('every truncation of a file', () => {
    const whole = encodeSafetensors(
      { a: { shape: [3], data: Float32Array.of(1, 2, 3) }, b: { shape: [1], data: Uint8Array.of(7) } },
      { key: 'value' },
    );
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeSafetensors(whole.subarray(0, length))).toThrow(SafetensorsError);
    }
  });

  it('damage with a SafetensorsError and nothing else', () => {
    const whole = encodeSafetensors({
      a: { shape: [2], data: Float64Array.of(1, 2) },
      b: { shape: [2, 2], data: Uint8Array.of(1, 2, 3, 4) },
    });
    const flip = fc.tuple(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.array(flip, { minLength: 1, maxLength: 3 }), (flips) => {
        const damaged = whole.slice();
        for (const [at, bits] of flips) damaged[at]! ^= bits;
        try {
          decodeSafetensors(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(SafetensorsError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('decodeSafetensors accepts', () => {
  it('tensors in any order of the header, and data without alignment', () => {
    const bytes = file(`{"b":${entry('U16', '[1]', '[1,3]')},"a":${entry('U8', '[1]', '[0,1]')}}`, 3);
    bytes.set([5, 1, 2], bytes.length - 3);
    const { tensors } = decodeSafetensors(bytes);
    expect(Object.keys(tensors)).toEqual(['b', 'a']);
    expect(tensors).toEqual({
      b: { shape: [1], data: Uint16Array.of(0x0201) },
      a: { shape: [1], data: Uint8Array.of(5) },
    });
  });

  it('names inside names: keys of one object do not clash with those of another', () => {
    const bytes = file(`{"__metadata__":{"a":"{\\"a\\":1}"},"shape":${entry('U8', '[0]', '[0,0]')}}`);
    expect(Object.keys(decodeSafetensors(bytes).tensors)).toEqual(['shape']);
  });
});

describe('what a header may cost', () => {
  const message = (bytes: Uint8Array) => {
    try {
      decodeSafetensors(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(SafetensorsError);
      return (error as Error).message;
    }
    throw new Error('the file was read');
  };
  const long = 'x'.repeat(1_000_000);
  const deep = (open: string, close: string) => open.repeat(1_000_000) + close.repeat(1_000_000);

  it.each([
    ['a tensor of deep lists', `{"a":${deep('[', ']')}}`],
    ['a tensor of deep objects', `{"a":${'{"a":'.repeat(1_000_000)}1${'}'.repeat(1_000_000)}}`],
    ['a shape of deep lists', `{"a":${entry('U8', deep('[', ']'), '[0,0]')}}`],
    ['an unknown field of deep lists', `{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"b":${deep('[', ']')}}}`],
    ['metadata of deep lists', `{"__metadata__":${deep('[', ']')}}`],
    ['metadata of deep lists in a text', `{"__metadata__":{"a":${deep('[', ']')}}}`],
    ['lists without an end', `{"a":${'['.repeat(1_000_000)}`],
    ['a long shape', `{"a":${entry('U8', `[${'1,'.repeat(500_000)}2]`, '[0,0]')}}`],
    ['a shape of more dimensions than any array has', `{"a":${entry('U8', `[${'1,'.repeat(5000)}2]`, '[0,0]')}}`],
    ['a long number', `{"a":${entry('U8', `[${'1'.repeat(1_000_000)}]`, '[0,0]')}}`],
    ['a long dtype', `{"a":${entry(long, '[1]', '[0,0]')}}`],
    ['a long name', `{"${long}":1}`],
    ['a long name twice', `{"${long}":${entry('U8', '[0]', '[0,0]')},"${long}":${entry('U8', '[0]', '[0,0]')}}`],
    ['a long field twice', `{"a":{"${long}":1,"${long}":1}}`],
    ['a long text that is no JSON', `{"a":"${long}\n"}`],
    ['a long literal', `{"a":${long}}`],
    ['a long name beyond the end', `{"${long}":${entry('U8', '[1]', '[0,1]')}}`],
    ['a text without an end', `{"a":"${'\\"'.repeat(500_000)}`],
    ['colours in a name', '{"\u001b[31m\u202e\u009b":1}'],
    ['colours in a value', '{"a":{"dtype":"\u202e\u009b\u0007","shape":[0]}}'],
    ['colours that are no JSON', '{"a":\u001b[31m}'],
  ])('%s is refused in a short, printable line', (_, header) => {
    const text = message(file(header));
    expect(text.length).toBeLessThan(600);
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  });

  it('millions of escapes that were written are read', () => {
    const text = '\u0001"\\'.repeat(1_000_000);
    const tensor = { shape: [1], data: Uint8Array.of(7) };
    const { tensors, metadata } = decodeSafetensors(encodeSafetensors({ [text]: tensor }, { [text]: text }));
    // Without toEqual, which would print them.
    expect(Object.keys(tensors)[0] === text).toBe(true);
    expect(metadata[text] === text).toBe(true);
  });

  it.each([
    '{"a"}',
    '{"a":}',
    '{,}',
    '{"a":1,}',
    '{"a":[1,]}',
    '{"a":[1}}',
    '{"a":"\n"}',
    '{"a":{"b":1 2}}',
    '{"a":tru}',
    '{a:1}',
  ])('what JSON.parse refuses is refused: %s', (header) => {
    expect(() => JSON.parse(header)).toThrow();
    expect(() => decodeSafetensors(file(header))).toThrow(SafetensorsError);
  });

  it('white space and fields that the format does not know are passed over', () => {
    const header =
      ' { "dtype" :\n"U8" ,"shape":\t[ 0 ],"data_offsets":[0,0] , "more" : {"x":[1,{"y":null}],"z":"]}"} } ';
    expect(decodeSafetensors(file(`{"a":${header}}\r\n `)).tensors).toEqual({
      a: { shape: [0], data: new Uint8Array(0) },
    });
  });
});

it.each([[undefined], [null], ['text'], [[1, 2]], [new ArrayBuffer(16)], [new Uint16Array(8)]])(
  'bytes of another kind are refused: %s',
  (bytes) => {
    expect(() => decodeSafetensors(bytes as unknown as Uint8Array)).toThrow(SafetensorsError);
    expect(() => decodeSafetensors(bytes as unknown as Uint8Array)).toThrow('must be a Uint8Array; got');
  },
);

it('options that do not exist, or of another kind, are refused', () => {
  const bytes = encodeSafetensors({});
  expect(() => decodeSafetensors(bytes, { wide: true } as object)).toThrow('got the option "wide"');
  expect(() => decodeSafetensors(bytes, { widen: 'yes' } as object)).toThrow('got widen "yes"');
  for (const options of [true, null, 'widen']) {
    expect(() => decodeSafetensors(bytes, options as never)).toThrow('The options must be an object such as');
  }
});
