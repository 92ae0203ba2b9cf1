import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { DataType, TensorData } from './data-type.js';
import { OrtError } from './errors.js';
import { ortRuntime } from './ort-runtime.js';
import type { OrtSession } from './session.js';
import type { TensorView } from './tensor-view.js';

/** The part of the WebAssembly API used here; TypeScript declares it only along with the whole DOM. */
interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { Memory: new (limits: { initial: number; maximum: number }) => WasmMemory };
};

/** y = x + x, of any number of elements. */
function doubling(type: DataType): OrtSession {
  return ortRuntime().session(`session test: doubling ${type}`, (graph) => {
    const x = graph.input('x', type, ['n']);
    graph.node('Add', [x, x], {}, { outputs: [graph.output('y', type, ['n'])] });
  });
}

/** y = x, of any type and rank. */
function identity(type: DataType, rank: number): OrtSession {
  return ortRuntime().session(`session test: identity ${type} ${rank}`, (graph) => {
    const dims = Array.from({ length: rank }, (_, d) => `d${d}`);
    const x = graph.input('x', type, dims);
    graph.node('Identity', [x], {}, { outputs: [graph.output('y', type, dims)] });
  });
}

/** c = a b. */
function product(): OrtSession {
  return ortRuntime().session('session test: product', (graph) => {
    const a = graph.input('a', 'float32', ['m', 'k']);
    const b = graph.input('b', 'float32', ['k', 'n']);
    graph.node('MatMul', [a, b], {}, { outputs: [graph.output('c', 'float32', ['m', 'n'])] });
  });
}

const vector = (data: TensorData): TensorView => ({ data, dims: [data.length] });

/** Returns the error that a function throws. */
function thrownBy(f: () => void): Error {
  try {
    f();
  } catch (error) {
    return error as Error;
  }
  throw new Error('Nothing was thrown.');
}

describe('element types', () => {
  const cases: [DataType, TensorData][] = [
    ['float32', Float32Array.of(0.1, -2, 3e38)],
    ['float64', Float64Array.of(0.1, -2, 1e300)],
    ['int8', Int8Array.of(-128, 0, 127)],
    ['uint8', Uint8Array.of(0, 128, 255)],
    ['int16', Int16Array.of(-32768, 0, 32767)],
    ['uint16', Uint16Array.of(0, 32768, 65535)],
    ['int32', Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1)],
    ['uint32', Uint32Array.of(0, 1, 2 ** 32 - 1)],
    ['int64', BigInt64Array.of(-(2n ** 63n), 0n, 2n ** 63n - 1n)],
    ['uint64', BigUint64Array.of(0n, 1n, 2n ** 64n - 1n)],
  ];

  it.each(cases)('%s goes in and out', (type, data) => {
    const y = data.slice().reverse();
    identity(type, 1).run([vector(data)], [vector(y)]);
    expect(y).toEqual(data);
  });

  it('bool lies in a Uint8Array', () => {
    const session = ortRuntime().session('session test: not', (graph) => {
      graph.node('Not', [graph.input('x', 'bool', ['n'])], {}, { outputs: [graph.output('y', 'bool', ['n'])] });
    });
    const y = new Uint8Array(3);
    session.run([{ data: Uint8Array.of(1, 0, 1), dims: [3], type: 'bool' }], [{ data: y, dims: [3], type: 'bool' }]);
    expect(y).toEqual(Uint8Array.of(0, 1, 0));
    expect(() => session.run([vector(Uint8Array.of(1))], [vector(Uint8Array.of(1))])).toThrow(/tensor\(uint8\)/);
  });

  it('arrays of another realm are as good', () => {
    const foreign: Float32Array = runInContext('Float32Array.of(1, 2)', createContext());
    expect(foreign).not.toBeInstanceOf(Float32Array);
    doubling('float32').run([vector(foreign)], [vector(foreign)]);
    expect([...foreign]).toEqual([2, 4]);
  });
});

describe('memory', () => {
  it('is read and written in place, at any offset, and nowhere else', () => {
    const memory = new Float32Array(32).fill(7);
    const x = memory.subarray(3, 6);
    x.set([1, 2, 3]);
    doubling('float32').run([vector(x)], [vector(memory.subarray(11, 14))]);
    const expected = new Float32Array(32).fill(7);
    expected.set([1, 2, 3], 3);
    expected.set([2, 4, 6], 11);
    expect(memory).toEqual(expected);
  });

  it('may be shared by an input and the output of an elementwise operation', () => {
    const x = Float64Array.of(1, 2);
    doubling('float64').run([vector(x)], [vector(x)]);
    expect(x).toEqual(Float64Array.of(2, 4));
  });

  it('is written, not replaced, by operations that only rename', () => {
    const y = new Float32Array(4);
    const session = ortRuntime().session('session test: reshape', (graph) => {
      const shape = graph.constant('int64', [2], BigInt64Array.of(2n, -1n));
      const outputs = [graph.output('y', 'float32', ['a', 'b'])];
      graph.node('Reshape', [graph.input('x', 'float32', ['n']), shape], {}, { outputs });
    });
    session.run([vector(Float32Array.of(1, 2, 3, 4))], [{ data: y, dims: [2, 2] }]);
    expect(y).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  it('is WebAssembly memory, also after it grew', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
    for (const pages of [0, 2]) {
      memory.grow(pages);
      const x = new Float32Array(memory.buffer, memory.buffer.byteLength - 16, 2).fill(5);
      const y = new Float32Array(memory.buffer, 64, 2);
      doubling('float32').run([vector(x)], [vector(y)]);
      expect(y).toEqual(Float32Array.of(10, 10));
      y.fill(0);
    }
  });

  it('lies beyond 2 GiB of a WebAssembly memory', ({ skip }) => {
    let memory: WasmMemory;
    try {
      memory = new WebAssembly.Memory({ initial: 49_152, maximum: 49_152 });
    } catch {
      return skip('this machine does not give 3 GiB');
    }
    const x = new Float32Array(memory.buffer, 2.5 * 2 ** 30, 3);
    x.set([1, 2, 3]);
    const y = new Float32Array(memory.buffer, 3 * 2 ** 30 - 12, 3);
    doubling('float32').run([vector(x)], [vector(y)]);
    expect(y).toEqual(Float32Array.of(2, 4, 6));
  });

  it('is shared memory', () => {
    const shared = new SharedArrayBuffer(32);
    const x = new Float32Array(shared, 0, 2);
    x.set([1, 2]);
    const y = new Float32Array(shared, 16, 2);
    doubling('float32').run([vector(x)], [vector(y)]);
    expect(y).toEqual(Float32Array.of(2, 4));
  });

  it('that was transferred away is refused', () => {
    const x = new Float32Array(4);
    const view = { data: x, dims: [4] };
    doubling('float32').run([view], [view]);
    structuredClone(x.buffer, { transfer: [x.buffer] });
    expect(() => doubling('float32').run([view], [view])).toThrow(/shape \[4\] has 4 elements, and its memory 0/);
  });
});

describe('shapes', () => {
  it('are scalars', () => {
    const y = { data: new Float32Array(1), dims: [] };
    identity('float32', 0).run([{ data: Float32Array.of(3), dims: [] }], [y]);
    expect(y.data[0]).toBe(3);
  });

  it('are empty', () => {
    identity('float32', 1).run([vector(new Float32Array(0))], [vector(new Float32Array(0))]);
    const c = new Float32Array(4).fill(9);
    const nothing = new Float32Array(0);
    product().run(
      [
        { data: nothing, dims: [2, 0] },
        { data: nothing, dims: [0, 2] },
      ],
      [{ data: c, dims: [2, 2] }],
    );
    expect(c).toEqual(new Float32Array(4));
  });

  it('have up to 16 dimensions', () => {
    const dims = Array.from({ length: 16 }, (_, d) => (d === 15 ? 2 : 1));
    const y = { data: new Float32Array(2), dims };
    identity('float32', 16).run([{ data: Float32Array.of(1, 2), dims }], [y]);
    expect(y.data).toEqual(Float32Array.of(1, 2));
    expect(() => identity('float32', 16).run([{ data: y.data, dims: [1, ...dims] }], [y])).toThrow(
      new RangeError('Tensor x has 17 dimensions; give at most 16.'),
    );
  });
});

describe('refusals', () => {
  const x = vector(new Float32Array(3));

  it('counts', () => {
    expect(() => product().run([x], [x])).toThrow(
      new RangeError('Got 1 input tensors for a model with 2 (a, b); give one for each name.'),
    );
    expect(() => product().run([x, x], [])).toThrow(
      new RangeError('Got 0 output tensors for a model with 1 (c); give one for each name.'),
    );
  });

  it('lengths', () => {
    expect(() => doubling('float32').run([{ data: new Float32Array(3), dims: [4] }], [x])).toThrow(
      new RangeError('Tensor x of shape [4] has 4 elements, and its memory 3; give memory of that very length.'),
    );
  });

  it.each([[[-1]], [[1.5]], [[Number.NaN]], [[Number.POSITIVE_INFINITY]]])('the shape %s', (dims) => {
    expect(() => doubling('float32').run([{ data: new Float32Array(1), dims }], [x])).toThrow(
      new RangeError(`Tensor x has shape [${dims}]; give whole numbers of at least 0.`),
    );
  });

  it('memory that is not a typed array of ONNX', () => {
    const clamped = { data: new Uint8ClampedArray(3), dims: [3] } as unknown as TensorView;
    expect(() => identity('uint8', 1).run([clamped], [x])).toThrow(
      new TypeError(
        'Tensor x lies in Uint8ClampedArray, which ONNX has no type for; give a typed array of numbers or BigInts.',
      ),
    );
    for (const data of [[1, 2, 3], undefined, null, new DataView(new ArrayBuffer(3))]) {
      const view = { data, dims: [3] } as unknown as TensorView;
      expect(() => identity('uint8', 1).run([view], [x])).toThrow(TypeError);
    }
  });

  it('truth values that are not bytes', () => {
    const view: TensorView = { data: new Float32Array(3), dims: [3], type: 'bool' };
    expect(() => identity('bool', 1).run([view], [view])).toThrow(
      new TypeError('Tensor x is declared bool and lies in Float32Array; give a Uint8Array of zeros and ones.'),
    );
  });

  it("come from ONNX Runtime with its message and its code's name", () => {
    const type = thrownBy(() => doubling('float32').run([vector(new Int32Array(3))], [x]));
    expect(type).toBeInstanceOf(OrtError);
    expect(type).toMatchObject({
      name: 'OrtError',
      code: 'INVALID_ARGUMENT',
      message: 'Unexpected input data type. Actual: (tensor(int32)) , expected: (tensor(float))',
    });
    const [a, b, c] = [
      [2, 3],
      [2, 3],
      [2, 3],
    ].map((dims) => ({ data: new Float32Array(6), dims }));
    expect(thrownBy(() => product().run([a, b], [c]))).toMatchObject({
      name: 'OrtError',
      code: 'FAIL',
      message: expect.stringContaining('MatMul dimension mismatch'),
    });
  });

  it('outputs of another shape than the model computes, and leave them as they were', () => {
    const y = new Float32Array(4).fill(9);
    expect(() => doubling('float32').run([x], [vector(y)])).toThrow(OrtError);
    expect(() => doubling('float32').run([vector(new Float32Array(4))], [{ data: y, dims: [2, 2] }])).toThrow(OrtError);
    expect(y).toEqual(new Float32Array(4).fill(9));
  });

  it('leave the session as good as before', () => {
    const session = doubling('float32');
    expect(() => session.run([vector(new Int32Array(1))], [x])).toThrow();
    const y = new Float32Array(1);
    session.run([vector(Float32Array.of(21))], [vector(y)]);
    expect(y[0]).toBe(42);
  });
});

describe('dispose', () => {
  it('ends a session, once', () => {
    const session = doubling('float32');
    session.dispose();
    session.dispose();
    const x = vector(new Float32Array(1));
    expect(() => session.run([x], [x])).toThrow('The session was disposed of; make another one.');
  });
});
