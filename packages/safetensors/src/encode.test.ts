import { describe, expect, it } from 'vitest';
import { encodeSafetensors, SafetensorsError, type Tensor } from './index.js';

const encode = (tensor: unknown, name = 'w') => encodeSafetensors({ [name]: tensor as Tensor });

describe('encodeSafetensors refuses', () => {
  it.each([
    [{ shape: [2], data: [1, 2] }, /Tensor "w" has data of type Array: give a typed array of one of F64, F32, I64/],
    [{ shape: [2], data: new Uint8ClampedArray(2) }, /"w" has data of type Uint8ClampedArray/],
    [{ shape: [2], data: new DataView(new ArrayBuffer(2)) }, /"w" has data of type DataView/],
    [undefined, /"w" has data of type Undefined/],
    [{ shape: [3], data: new Float32Array(2) }, /"w" has 2 elements, but its shape \[3\] needs 3/],
    [{ shape: [], data: new Float32Array(2) }, /"w" has 2 elements, but its shape \[\] needs 1/],
    [{ shape: [-2, -1], data: new Float32Array(2) }, /shape \[-2,-1\]: give an array of integers of 0 or more/],
    [{ shape: [1.5, 2], data: new Float32Array(3) }, /shape \[1.5,2\]/],
    [{ shape: 2, data: new Float32Array(2) }, /shape 2: give an array/],
  ])('the tensor %j', (tensor, message) => {
    expect(() => encode(tensor)).toThrow(SafetensorsError);
    expect(() => encode(tensor)).toThrow(message);
  });

  it.each([
    [{ shape: [1n], data: new Float32Array(1) }, /the shape \[1\]/],
    [{ shape: [Symbol('x')], data: new Float32Array(1) }, /the shape \[Symbol\(x\)\]/],
    [{ shape: new Array(2), data: new Float32Array(0) }, /the shape \[,\]/],
    [{ shape: new Array(2_000_000).fill(-1), data: new Float32Array(1) }, /2000000 in all/],
    [{ shape: new Array(2000).fill(1), data: new Float32Array(1) }, /at most 1024/],
    [{ shape: [1], data: new Float32Array(1), dtype: 'F16' }, /dtype F16 needs its data in a Uint16Array/],
    [{ shape: [1], data: new Uint16Array(1), dtype: 'F32' }, /dtype F32 needs its data in a Float32Array/],
    [{ shape: [2], data: new Uint16Array(1), dtype: 'BF16' }, /has 1 elements, but its shape \[2\] needs 2/],
    [{ shape: [3], data: new Uint8Array(2), dtype: 'F4' }, /of dtype F4 has 2 bytes, but its shape \[3\] needs 1.5/],
    [{ shape: [1], data: new Uint16Array(1), dtype: 'NEW' }, /dtype NEW needs its data in a Uint8Array/],
    [{ shape: [1], data: new Uint8Array(1), dtype: 8 }, /has the dtype 8/],
    [{ shape: [1], data: new Uint8Array(1), dtype: 'x'.repeat(65) }, /of at most 64 characters/],
  ])('the tensor of case %#', (tensor, message) => {
    expect(() => encode(tensor)).toThrow(SafetensorsError);
    expect(() => encode(tensor)).toThrow(message);
  });

  it('ndarrays, whose elements may lie in any order', () => {
    for (const data of [new Uint8Array(6), new Float32Array(6)]) {
      const transposed = { shape: [3, 2], stride: [1, 3], offset: 0, dtype: data.constructor.name, data };
      expect(() => encode(transposed)).toThrow(/Tensor "w" is an ndarray: give \{ shape, data \}/);
    }
  });

  it('tensors that are not an object', () => {
    for (const given of [undefined, null, 3, 'w', []]) {
      expect(() => encodeSafetensors(given as never)).toThrow(SafetensorsError);
    }
    expect(() => encodeSafetensors(new Map([[1, { shape: [], data: new Uint8Array(1) }]]) as never)).toThrow(/name 1/);
  });

  it('names it cannot keep', () => {
    const tensor = { shape: [1], data: new Uint8Array(1) };
    expect(() => encode(tensor, '__metadata__')).toThrow(/which the format reserves/);
    expect(() => encode(tensor, 'a\ud800')).toThrow(/half of a surrogate pair/);
  });

  it('metadata that is not text', () => {
    expect(() => encodeSafetensors({}, { step: 3 as unknown as string })).toThrow(/Metadata "step" is a number/);
    expect(() => encodeSafetensors({}, { a: null as unknown as string })).toThrow(/Metadata "a" is null/);
    expect(() => encodeSafetensors({}, { a: '\udc00' })).toThrow(/Metadata "a" holds half of a surrogate pair/);
  });

  it('a header beyond the limit of the format', () => {
    expect(() => encodeSafetensors({}, { a: 'x'.repeat(100_000_000) })).toThrow(
      /header would take 100000\d+ bytes, and the format allows 100000000/,
    );
  });

  it('escapes that no text could hold', () => {
    const text = '\u0001'.repeat(90_000_000);
    expect(() => encodeSafetensors({}, { a: text })).toThrow(
      new SafetensorsError(
        'The header would take more than 100000000 bytes, and the format allows 100000000: write fewer tensors per file, or less metadata.',
      ),
    );
  });
});
