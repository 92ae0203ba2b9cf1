import { describe, expect, it } from 'vitest';
import { ortRuntime } from '../ort-runtime.js';
import type { TensorView } from '../tensor-view.js';
import { GraphBuilder } from './graph-builder.js';

/** Loads the model, runs it once and lets go of it. */
function run(build: (graph: GraphBuilder) => void, inputs: TensorView[], outputs: TensorView[]): void {
  const graph = new GraphBuilder();
  build(graph);
  const { inputNames, outputNames } = graph;
  const session = ortRuntime().load({ bytes: graph.build(), inputNames, outputNames });
  try {
    session.run(inputs, outputs);
  } finally {
    session.dispose();
  }
}

const floats = (dims: number[], ...values: number[]) => ({ data: Float32Array.from(values), dims });
const empty = (...dims: number[]) => ({ data: new Float32Array(dims.reduce((a, b) => a * b, 1)), dims });

describe('models', () => {
  it('chain nodes by generated names', () => {
    const y = empty(2);
    run(
      (graph) => {
        const doubled = graph.node('Mul', [
          graph.input('x', 'float32', ['n']),
          graph.constant('float32', [], Float32Array.of(2)),
        ]);
        const shifted = graph.node('Add', [doubled, graph.constant('float32', [1], Float32Array.of(1))]);
        graph.node('Neg', [shifted], {}, { outputs: [graph.output('y', 'float32', ['n'])] });
      },
      [floats([2], 10, 20)],
      [y],
    );
    expect(y.data).toEqual(Float32Array.of(-21, -41));
  });

  it('have nodes with several outputs', () => {
    const [values, indices] = [empty(2), { data: new BigInt64Array(2), dims: [2] }];
    run(
      (graph) => {
        const k = graph.constant('int64', [1], BigInt64Array.of(2n));
        const outputs = [graph.output('values', 'float32', ['k']), graph.output('indices', 'int64', ['k'])];
        expect(graph.node('TopK', [graph.input('x', 'float32', ['n']), k], {}, { outputs })).toBe('values');
      },
      [floats([4], 3, 9, 1, 7)],
      [values, indices],
    );
    expect(values.data).toEqual(Float32Array.of(9, 7));
    expect(indices.data).toEqual(BigInt64Array.of(1n, 3n));
  });

  it('leave optional inputs out', () => {
    const y = empty(3);
    run(
      (graph) => {
        const maximum = graph.constant('float32', [], Float32Array.of(5));
        const inputs = [graph.input('x', 'float32', ['n']), '', maximum];
        graph.node('Clip', inputs, {}, { outputs: [graph.output('y', 'float32', ['n'])] });
      },
      [floats([3], -100, 4, 6)],
      [y],
    );
    expect(y.data).toEqual(Float32Array.of(-100, 4, 5));
  });

  it("have ONNX Runtime's own operators", () => {
    const y = empty(1);
    run(
      (graph) => {
        const options = { domain: 'com.microsoft', outputs: [graph.output('y', 'float32', ['n'])] };
        graph.node('QuickGelu', [graph.input('x', 'float32', ['n'])], { alpha: { float: 2 } }, options);
      },
      [floats([1], 1)],
      [y],
    );
    expect(y.data[0]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
  });

  it('take constants of every type', () => {
    const cases = {
      float32: Float32Array.of(1.5, -2),
      float64: Float64Array.of(1.1, -2),
      int8: Int8Array.of(-128, 127),
      uint8: Uint8Array.of(0, 255),
      int16: Int16Array.of(-32768, 32767),
      uint16: Uint16Array.of(0, 65535),
      int32: Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
      uint32: Uint32Array.of(0, 2 ** 32 - 1),
      int64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
      uint64: BigUint64Array.of(0n, 2n ** 64n - 1n),
      bool: Uint8Array.of(0, 1),
    } as const;
    for (const [type, data] of Object.entries(cases) as [keyof typeof cases, (typeof cases)['uint8']][]) {
      const y = data.slice().reverse();
      run(
        (graph) => {
          const outputs = [graph.output('y', type, [2])];
          graph.node('Identity', [graph.constant(type, [2], data)], {}, { outputs });
        },
        [],
        [{ data: y, dims: [2], ...(type === 'bool' && { type }) }],
      );
      expect(y, type).toEqual(data);
    }
  });

  it('copy the data of constants when they are declared', () => {
    const data = Float32Array.of(1);
    const y = empty(1);
    run(
      (graph) => {
        const constant = graph.constant('float32', [1], data);
        data[0] = 9;
        graph.node('Identity', [constant], {}, { outputs: [graph.output('y', 'float32', [1])] });
      },
      [],
      [y],
    );
    expect(y.data[0]).toBe(1);
  });
});

describe('attributes', () => {
  it('are integers, lists of integers, floats and strings', () => {
    const pads = empty(1, 1, 2, 2);
    run(
      (graph) => {
        const outputs = [graph.output('y', 'float32', [1, 1, 'h', 'w'])];
        const x = graph.input('x', 'float32', [1, 1, 'a', 'b']);
        graph.node('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_UPPER' }, { outputs });
      },
      [floats([1, 1, 3, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9)],
      [pads],
    );
    expect(pads.data).toEqual(Float32Array.of(5, 6, 8, 9));

    const product = empty(1, 2);
    run(
      (graph) => {
        const a = graph.input('a', 'float32', ['k', 'm']);
        const b = graph.input('b', 'float32', ['k', 'n']);
        const outputs = [graph.output('c', 'float32', ['m', 'n'])];
        graph.node('Gemm', [a, b], { transA: 1, alpha: { float: 0.5 } }, { outputs });
      },
      [floats([2, 1], 1, 2), floats([2, 2], 1, 2, 3, 4)],
      [product],
    );
    expect(product.data).toEqual(Float32Array.of(3.5, 5));
  });

  it('are negative integers too', () => {
    const y = empty(2, 1);
    run(
      (graph) => {
        const outputs = [graph.output('y', 'float32', ['n', 1])];
        graph.node('ReduceMax', [graph.input('x', 'float32', ['n', 'm'])], { axes: [-1], keepdims: 1 }, { outputs });
      },
      [floats([2, 2], 1, 4, 3, 2)],
      [y],
    );
    expect(y.data).toEqual(Float32Array.of(4, 3));
  });

  it.each([[0.5], [Number.NaN], [2 ** 53], [[1, 0.5]]])('refuse %s as an integer', (value) => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', [1]);
    expect(() => graph.node('LeakyRelu', [x], { alpha: value })).toThrow(/^Attribute alpha is .*\{ float:/);
  });
});

describe('dimensions', () => {
  const negation = (graph: GraphBuilder) => {
    const outputs = [graph.output('y', 'float32', ['n', 2])];
    graph.node('Neg', [graph.input('x', 'float32', ['n', 2])], {}, { outputs });
  };

  it('are decided by each run where they have names', () => {
    const session = ortRuntime().session('graph-builder test: dimensions', negation);
    for (const n of [1, 3, 0, 2]) {
      const y = empty(n, 2);
      session.run([{ data: new Float32Array(2 * n).fill(4), dims: [n, 2] }], [y]);
      expect(y.data).toEqual(new Float32Array(2 * n).fill(-4));
    }
  });

  it('are fixed where they are numbers', () => {
    expect(() => run(negation, [floats([1, 3], 1, 2, 3)], [empty(1, 3)])).toThrow(/index: 1 Got: 3 Expected: 2/);
  });
});

describe('names', () => {
  it('are taken once', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', [1]);
    expect(() => graph.input('x', 'float32', [1])).toThrow(
      new RangeError('The graph\'s value "x" is empty or taken; give every value its own name.'),
    );
    expect(() => graph.node('Neg', ['x'], {}, { outputs: ['x'] })).toThrow(/"x" is empty or taken/);
    expect(() => graph.node('Neg', ['x'], {}, { outputs: [''] })).toThrow(/"" is empty or taken/);
    graph.output('y', 'float32', [1]);
    expect(() => graph.output('y', 'float32', [1])).toThrow(/output "y" is empty or there already/);
  });

  it('that are generated avoid those of inputs and of outputs to come', () => {
    const graph = new GraphBuilder();
    graph.output('Neg_0', 'float32', [1]);
    graph.input('Neg_1', 'float32', [1]);
    expect(graph.node('Neg', ['Neg_1'])).toBe('Neg_2');
  });

  it('are listed in the order of their declaration', () => {
    const graph = new GraphBuilder();
    for (const name of ['b', 'a']) graph.input(name, 'float32', []);
    for (const name of ['z', 'y']) graph.output(name, 'float32', []);
    expect(graph.inputNames).toEqual(['b', 'a']);
    expect(graph.outputNames).toEqual(['z', 'y']);
  });
});

describe('constants that do not fit', () => {
  it('in length are refused', () => {
    expect(() => new GraphBuilder().constant('float32', [2, 2], new Float32Array(3))).toThrow(
      new RangeError('A constant of shape [2,2] has 4 elements; got 3.'),
    );
  });

  it('in type are refused', () => {
    expect(() => new GraphBuilder().constant('float32', [2], new Int32Array(2))).toThrow(
      new TypeError("A constant of type float32 got a Int32Array; give the type's own array."),
    );
  });
});
