import compile from 'cwise-compiler';
import type { NdArray } from 'ndarray';
import { type FloatNdArray, isContiguous } from './float-array.js';

// Elementwise operations that ndarray-ops leaves out, compiled in the way it compiles its own.

const nothing = { args: [], body: '', thisVars: [], localVars: [] };
const written = { lvalue: true, rvalue: true, count: 1 };
const read = { lvalue: false, rvalue: true, count: 1 };
const defaults = { post: nothing, debug: false, blockSize: 64 };

/** `body` writes `_y_` from `_x_` for every element; `this_f` is what `f` says. */
function unary(funcName: string, body: string, f = 'undefined'): (y: NdArray, x: NdArray) => void {
  return compile({
    args: ['array', 'array'],
    pre: { ...nothing, body: `this_f=${f}`, thisVars: ['this_f'] },
    body: {
      args: [
        { name: '_y_', ...written },
        { name: '_x_', ...read, count: 3 },
      ],
      body,
      thisVars: ['this_f'],
      localVars: [],
    },
    ...defaults,
    funcName,
  });
}

/** y = x for x > 0, exp(x) - 1 otherwise, accurate for small x too. */
export const elu = /* @__PURE__ */ unary('elu', '_y_=_x_>0?_x_:this_f(_x_)', 'Math.expm1');

/** d = 1 for y > 0, y + 1 otherwise: the derivative of `elu` from its value. */
export const eluDerivative = /* @__PURE__ */ unary('eluDerivative', '_y_=_x_>0?1:_x_+1');

/** y = tanh(x). */
export const tanh = /* @__PURE__ */ unary('tanh', '_y_=this_f(_x_)', 'Math.tanh');

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

/** y = y + a x, in one pass. Parameters lie in one piece, where a flat loop takes half the time. */
export function axpy(y: FloatNdArray, a: number, x: FloatNdArray): void {
  if (!isContiguous(y) || !isContiguous(x)) {
    axpyAnyStrides(y, a, x);
    return;
  }
  const to = y.data.subarray(y.offset, y.offset + y.size);
  const from = x.data.subarray(x.offset, x.offset + x.size);
  const whole = to.length - (to.length % 4);
  for (let i = 0; i < whole; i += 4) {
    to[i]! += a * from[i]!;
    to[i + 1]! += a * from[i + 1]!;
    to[i + 2]! += a * from[i + 2]!;
    to[i + 3]! += a * from[i + 3]!;
  }
  for (let i = whole; i < to.length; i++) to[i]! += a * from[i]!;
}
