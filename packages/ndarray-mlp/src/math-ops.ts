import compile from 'cwise-compiler';
import type { NdArray } from 'ndarray';

// Elementwise operations that ndarray-ops leaves out, compiled in the way it compiles its own.

const nothing = { args: [], body: '', thisVars: [], localVars: [] };
const written = { lvalue: true, rvalue: true, count: 1 };
const read = { lvalue: false, rvalue: true, count: 1 };
const defaults = { post: nothing, debug: false, blockSize: 64 };

function unary(f: 'expm1' | 'tanh'): (y: NdArray, x: NdArray) => void {
  return compile({
    args: ['array', 'array'],
    pre: { ...nothing, body: `this_f=Math.${f}`, thisVars: ['this_f'] },
    body: {
      args: [
        { name: '_y_', ...written },
        { name: '_x_', ...read },
      ],
      body: '_y_=this_f(_x_)',
      thisVars: ['this_f'],
      localVars: [],
    },
    ...defaults,
    funcName: f,
  });
}

/** y = exp(x) - 1, accurate for small x too. */
export const expm1 = /* @__PURE__ */ unary('expm1');

/** y = tanh(x). */
export const tanh = /* @__PURE__ */ unary('tanh');

/** y = y + a x, in one pass. */
export const axpy = /* @__PURE__ */ compile({
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
  funcName: 'axpy',
}) as unknown as (y: NdArray, a: number, x: NdArray) => void;
