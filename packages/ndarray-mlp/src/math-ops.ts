import compile from 'cwise-compiler';
import type { NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { eluSlope, eluValue, eluValues } from './elu-value.js';
import { type FloatNdArray, isContiguous } from './float-array.js';

// Elementwise operations that ndarray-ops leaves out, compiled in the way it compiles its own; and its own where arrays
// lie in one piece, as nearly all do here: a flat loop over those takes half the time and less.

const nothing = { args: [], body: '', thisVars: [], localVars: [] };
const written = { lvalue: true, rvalue: true, count: 1 };
const read = { lvalue: false, rvalue: true, count: 1 };
const defaults = { post: nothing, debug: false, blockSize: 64 };

/** Computes y = f(x), element by element. */
function unary(funcName: string, f: (x: number) => number): (y: NdArray, x: NdArray) => void {
  const apply = compile({
    args: ['array', 'array', 'scalar'],
    pre: nothing,
    body: {
      args: [
        { name: '_y_', ...written },
        { name: '_x_', ...read },
        { name: '_f_', ...read },
      ],
      body: '_y_=_f_(_x_)',
      thisVars: [],
      localVars: [],
    },
    ...defaults,
    funcName,
  }) as unknown as (y: NdArray, x: NdArray, f: (x: number) => number) => void;
  return (y, x) => apply(y, x, f);
}

/** Returns the elements of an array that lies in one piece, in its order. */
function elements(x: FloatNdArray): FloatNdArray['data'] | undefined {
  return isContiguous(x) ? x.data.subarray(x.offset, x.offset + x.size) : undefined;
}

/** y = tanh(x). */
export const tanh = /* @__PURE__ */ unary('tanh', Math.tanh);

const eluAnyStrides = /* @__PURE__ */ unary('eluAnyStrides', eluValue);

/** Computes y = x for x > 0, exp(x) - 1 otherwise, accurate for small x too. */
export function elu(y: FloatNdArray, x: FloatNdArray): void {
  const [to, from] = [elements(y), elements(x)];
  if (to === undefined || from === undefined) eluAnyStrides(y, x);
  else eluValues(to, from);
}

const eluSlopeAnyStrides = /* @__PURE__ */ unary('eluSlopeAnyStrides', eluSlope);

/** Computes dx = dy f'(x), where y = f(x) is the value of `elu`. */
export function eluGradient(dx: FloatNdArray, dy: FloatNdArray, y: FloatNdArray): void {
  const [to, from, values] = [elements(dx), elements(dy), elements(y)];
  if (to === undefined || from === undefined || values === undefined) {
    eluSlopeAnyStrides(dx, y);
    ops.muleq(dx, dy);
    return;
  }
  for (let i = 0; i < to.length; i++) to[i] = from[i]! * eluSlope(values[i]!);
}

/** Computes y = y x. */
export function multiplyBy(y: FloatNdArray, x: FloatNdArray): void {
  const [to, from] = [elements(y), elements(x)];
  if (to === undefined || from === undefined) ops.muleq(y, x);
  else for (let i = 0; i < to.length; i++) to[i]! *= from[i]!;
}

const axpyAnyStrides = /* @__PURE__ */ compile({
  args: ['array', 'scalar', 'array'],
  pre: nothing,
  body: {
    args: [
      { name: '_y_', ...written },
      { name: '_a_', ...read },
      { name: '_x_', ...read },
    ],
    body: '_y_+=_a_*_x_',
    thisVars: [],
    localVars: [],
  },
  ...defaults,
  funcName: 'axpyAnyStrides',
}) as unknown as (y: NdArray, a: number, x: NdArray) => void;

/** Computes y = y + a x, in one pass. */
export function axpy(y: FloatNdArray, a: number, x: FloatNdArray): void {
  const [to, from] = [elements(y), elements(x)];
  if (to === undefined || from === undefined) {
    axpyAnyStrides(y, a, x);
    return;
  }
  const whole = to.length - (to.length % 4);
  for (let i = 0; i < whole; i += 4) {
    to[i]! += a * from[i]!;
    to[i + 1]! += a * from[i + 1]!;
    to[i + 2]! += a * from[i + 2]!;
    to[i + 3]! += a * from[i + 3]!;
  }
  for (let i = whole; i < to.length; i++) to[i]! += a * from[i]!;
}
