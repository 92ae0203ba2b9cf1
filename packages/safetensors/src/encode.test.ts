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

  it('names it cannot keep', () => {
    const tensor = { shape: [1], data: new Uint8Array(1) };
    expect(() => encode(tensor, '__metadata__')).toThrow(/which the format reserves/);
    expect(() => encode(tensor, 'a\ud800')).toThrow(/half of a surrogate pair/);
  });

  it('metadata that is no text', () => {
    expect(() => encodeSafetensors({}, { step: 3 as unknown as string })).toThrow(/Metadata "step" is a number/);
    expect(() => encodeSafetensors({}, { a: null as unknown as string })).toThrow(/Metadata "a" is null/);
    expect(() => encodeSafetensors({}, { a: '\udc00' })).toThrow(/Metadata "a" holds half of a surrogate pair/);
  });

  it('a header beyond the limit of the format', () => {
    expect(() => encodeSafetensors({}, { a: 'x'.repeat(100_000_000) })).toThrow(
      /header would take 100000\d+ bytes, and the format allows 100000000/,
    );
  });
});
