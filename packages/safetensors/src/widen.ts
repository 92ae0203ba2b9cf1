import type { TensorArray } from './dtype.js';
import { dtypeOf } from './dtype.js';
import { SafetensorsError } from './error.js';
import { describe, quote } from './excerpt.js';
import { elementCount, type Tensor } from './tensor.js';

/** A floating-point type of at most 16 bits: sign, exponent and fraction from the highest bit down. */
interface NarrowFloat {
  exponentBits: number;
  fractionBits: number;
  bias: number;
  /**
   * Bit patterns that are not numbers, and whether there are infinities. `ieee`: as in IEEE 754, the largest exponent
   * has both; `finite`: only the pattern in which all bits but the sign are 1; `unsigned zero`: only the one where -0
   * would be.
   */
  special: 'ieee' | 'finite' | 'unsigned zero';
}

/** The names `F8_…` are those of the Open Compute Project's and of ONNX's 8-bit types. */
const NARROW_FLOATS: ReadonlyMap<string, NarrowFloat> = new Map<string, NarrowFloat>([
  ['F16', { exponentBits: 5, fractionBits: 10, bias: 15, special: 'ieee' }],
  ['BF16', { exponentBits: 8, fractionBits: 7, bias: 127, special: 'ieee' }],
  ['F8_E5M2', { exponentBits: 5, fractionBits: 2, bias: 15, special: 'ieee' }],
  ['F8_E4M3', { exponentBits: 4, fractionBits: 3, bias: 7, special: 'finite' }],
  ['F8_E5M2FNUZ', { exponentBits: 5, fractionBits: 2, bias: 16, special: 'unsigned zero' }],
  ['F8_E4M3FNUZ', { exponentBits: 4, fractionBits: 3, bias: 8, special: 'unsigned zero' }],
]);

/** Dtype -> the value of every pattern of bits, made when a tensor first needs it. */
const tables = new Map<string, Float32Array>();

/**
 * Returns a tensor's values as float32: those of `F16`, `BF16`, `F8_…` and `BOOL` exactly, those of wider types rounded
 * to the nearest.
 *
 * @param tensor of any numbers: as `decodeSafetensors` gives it.
 * @returns the same shape; the same array if it already is a `Float32Array`, a new one otherwise.
 * @throws SafetensorsError when `dtype` is one whose values are not known here (`F4`, `F6_…`, `C64`, …), or the data are
 *   not what it needs.
 */
export function toFloat32(tensor: Tensor): Tensor<Float32Array> {
  const { shape, data, dtype = dtypeOf(data) } = tensor;
  if (dtype === 'F32' && dtypeOf(data) === 'F32') return { shape, data: data as Float32Array };
  const table = dtype === undefined ? undefined : tableOf(dtype);
  if (table !== undefined) return { shape, data: lookUp(table, data as Uint8Array, elementCount(shape), dtype!) };
  if (dtypeOf(data) !== undefined && (dtype === dtypeOf(data) || (dtype === 'BOOL' && dtypeOf(data) === 'U8'))) {
    return { shape, data: Float32Array.from(data as ArrayLike<number | bigint>, Number) };
  }
  throw new SafetensorsError(
    `A tensor of dtype ${dtype === undefined ? describe(data) : quote(dtype)} has no values in float32 here: convert it where the file is written.`,
  );
}

/** Returns a tensor of narrow floats as float32; any other as it is. */
export function widened(tensor: Tensor): Tensor {
  return tensor.dtype !== undefined && tableOf(tensor.dtype) !== undefined ? toFloat32(tensor) : tensor;
}

function lookUp(table: Float32Array, bits: TensorArray, count: number, dtype: string): Float32Array {
  const expected = table.length === 256 ? 'U8' : 'U16';
  if (dtypeOf(bits) !== expected || bits.length !== count) {
    throw new SafetensorsError(
      `A tensor of dtype ${dtype} keeps ${count} elements in a Uint${expected.slice(1)}Array; got ${describe(bits)} of ${bits?.length}.`,
    );
  }
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = table[bits[i] as number];
  return values;
}

function tableOf(dtype: string): Float32Array | undefined {
  let table = tables.get(dtype);
  if (table === undefined) {
    const type = NARROW_FLOATS.get(dtype);
    if (type === undefined && dtype !== 'F8_E8M0') return undefined;
    // F8_E8M0 is an exponent alone: powers of 2.
    table = type
      ? Float32Array.from({ length: 2 ** (1 + type.exponentBits + type.fractionBits) }, (_, bits) =>
          floatOf(bits, type),
        )
      : Float32Array.from({ length: 256 }, (_, bits) => (bits === 255 ? Number.NaN : 2 ** (bits - 127)));
    tables.set(dtype, table);
  }
  return table;
}

/** Returns the value of a pattern of bits. */
function floatOf(bits: number, { exponentBits, fractionBits, bias, special }: NarrowFloat): number {
  const steps = 2 ** fractionBits;
  const largest = 2 ** exponentBits - 1;
  const negative = bits >= steps * (largest + 1);
  const exponent = Math.floor(bits / steps) % (largest + 1);
  const fraction = bits % steps;
  const sign = negative ? -1 : 1;
  if (special === 'ieee' && exponent === largest) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (special === 'finite' && exponent === largest && fraction === steps - 1) return Number.NaN;
  if (special === 'unsigned zero' && negative && exponent === 0 && fraction === 0) return Number.NaN;
  // Without the leading 1 below the smallest exponent.
  if (exponent === 0) return sign * (fraction / steps) * 2 ** (1 - bias);
  return sign * (1 + fraction / steps) * 2 ** (exponent - bias);
}
