import { afterAll, describe, expect, it, vi } from 'vitest';
import { OrtError } from './errors.js';
import { GraphBuilder } from './model/graph-builder.js';
import { ortRuntime, probeOrtRuntime } from './ort-runtime.js';
import { type OrtRuntime, type SessionOptions, selfTest } from './runtime.js';
import type { TensorView } from './tensor-view.js';
import { ORT_VERSION } from './version.js';

afterAll(() => ortRuntime().dispose());

/** y = -x */
const negation = (graph: GraphBuilder) => {
  const outputs = [graph.output('y', 'float32', ['n'])];
  graph.node('Neg', [graph.input('x', 'float32', ['n'])], {}, { outputs });
};

const one = () => ({ data: Float32Array.of(1), dims: [1] });

describe('the runtime', () => {
  it('is one for all callers', () => {
    expect(ortRuntime()).toBe(ortRuntime());
    expect(probeOrtRuntime()).toEqual({ available: true, runtime: ortRuntime() });
  });

  it('says what it is', () => {
    const runtime = ortRuntime();
    expect(runtime.version).toBe(ORT_VERSION);
    expect(runtime.libraryPath).toMatch(/onnxruntime/);
    expect(runtime.threadPools).toBe('global');
  });

  it.each([0, -1, 1.5, Number.NaN, 1025])('refuses %s threads', (threads) => {
    expect(() => ortRuntime({ threads })).toThrow(
      new RangeError(`threads is ${threads}; give a whole number from 1 to 1024.`),
    );
    expect(() => probeOrtRuntime({ threads })).toThrow(RangeError);
  });

  it('has another number of threads only after it was disposed of', () => {
    const first = ortRuntime();
    const threads = first.threads + 1;
    expect(() => ortRuntime({ threads })).toThrow(/already runs with \d+ here; ask for them before the first use/);
    expect(ortRuntime({ threads: first.threads })).toBe(first);
    first.dispose();
    const second = ortRuntime({ threads });
    expect(second.threads).toBe(threads);
    second.dispose();
    expect(ortRuntime({ threads: 2 }).threads).toBe(2);
  });

  it('is of no use after it was disposed of, and neither are its sessions', () => {
    const listeners = process.listenerCount('exit');
    const runtime = ortRuntime();
    const session = runtime.session('negation', negation);
    const loaded = process.listenerCount('exit');
    runtime.dispose();
    runtime.dispose();
    expect(process.listenerCount('exit')).toBe(loaded - 1);
    expect(() => session.run([one()], [one()])).toThrow('The session was disposed of');
    expect(() => runtime.session('negation', negation)).toThrow(
      'The runtime was disposed of; call ortRuntime() for another one.',
    );
    session.dispose();
    expect(ortRuntime()).not.toBe(runtime);
    expect(process.listenerCount('exit')).toBe(listeners);
    const y = one();
    ortRuntime().session('negation', negation).run([one()], [y]);
    expect(y.data[0]).toBe(-1);
  });
});

describe('sessions', () => {
  it('are kept by key', () => {
    const build = vi.fn(negation);
    const first = ortRuntime().session('runtime test: kept', build);
    const count = ortRuntime().sessionCount;
    expect(ortRuntime().session('runtime test: kept', build)).toBe(first);
    expect(build).toHaveBeenCalledTimes(1);
    expect(ortRuntime().sessionCount).toBe(count);
    expect(ortRuntime().session('runtime test: another', build)).not.toBe(first);
    expect(ortRuntime().sessionCount).toBe(count + 1);
  });

  it('are made anew after they were disposed of', () => {
    const first = ortRuntime().session('runtime test: again', negation);
    const count = ortRuntime().sessionCount;
    first.dispose();
    expect(ortRuntime().sessionCount).toBe(count - 1);
    const y = one();
    ortRuntime().session('runtime test: again', negation).run([one()], [y]);
    expect(y.data[0]).toBe(-1);
  });

  it('of one thread compute on the calling thread alone', () => {
    const size = 300;
    const product = (options: SessionOptions) =>
      ortRuntime().session(
        `runtime test: ${options.threads ?? 'all'}`,
        (graph) => {
          const inputs = [graph.input('a', 'float64', ['n', 'n']), graph.input('b', 'float64', ['n', 'n'])];
          graph.node('Gemm', inputs, {}, { outputs: [graph.output('c', 'float64', ['n', 'n'])] });
        },
        options,
      );
    const [a, b, c] = [1, 2, 3].map((n) => ({ data: new Float64Array(size * size).fill(n), dims: [size, size] }));
    for (const options of [{}, { threads: 1 }] as const) {
      c.data.fill(0);
      const session = product(options);
      const before = process.cpuUsage();
      const start = performance.now();
      for (let i = 0; i < 50; i++) session.run([a, b], [c]);
      const { user, system } = process.cpuUsage(before);
      const busy = (user + system) / 1e3 / (performance.now() - start);
      expect(c.data.every((value) => value === 2 * size)).toBe(true);
      if (options.threads === 1) expect(busy).toBeLessThan(1.3);
    }
  });

  it('are not kept when the model is refused', () => {
    const key = 'runtime test: refused';
    const count = ortRuntime().sessionCount;
    const refused = () =>
      ortRuntime().session(key, (graph) => {
        graph.node('NoSuchOperator', [], {}, { outputs: [graph.output('y', 'float32', [])] });
      });
    expect(refused).toThrow(OrtError);
    expect(refused).toThrow(/NoSuchOperator/);
    const failing = () =>
      ortRuntime().session(key, () => {
        throw new Error('from build');
      });
    expect(failing).toThrow('from build');
    expect(ortRuntime().sessionCount).toBe(count);
    ortRuntime().session(key, negation);
  });

  it('name their inputs and outputs in the order that runs give them', () => {
    const session = ortRuntime().session('runtime test: names', (graph) => {
      const b = graph.input('b', 'float32', ['n']);
      const a = graph.input('a', 'float32', ['n']);
      graph.node('Sub', [a, b], {}, { outputs: [graph.output('c', 'float32', ['n'])] });
    });
    expect(session.inputNames).toEqual(['b', 'a']);
    expect(session.outputNames).toEqual(['c']);
    const c = one();
    session.run(
      [
        { data: Float32Array.of(1), dims: [1] },
        { data: Float32Array.of(10), dims: [1] },
      ],
      [c],
    );
    expect(c.data[0]).toBe(9);
  });
});

describe('the self-test', () => {
  /** A runtime whose sessions do this instead of multiplying. */
  const runtimeThat = (run: (inputs: TensorView[], outputs: TensorView[]) => void) =>
    ({ libraryPath: 'the library', session: () => ({ run, dispose() {} }) }) as unknown as OrtRuntime;
  const failure = (message: string) =>
    expect.objectContaining({ code: 'SELF_TEST_FAILED', message: expect.stringContaining(message) });

  it('finds out a library that computes something wrong', () => {
    expect(() => selfTest(runtimeThat(() => {}))).toThrow(
      failure('the library computed [0,0,0,0] instead of [4,5,10,11]; reinstall'),
    );
  });

  it('finds out a library that reports no errors', () => {
    const careless = runtimeThat((_, [c]) => (c.data as Float32Array).set([4, 5, 10, 11]));
    expect(() => selfTest(careless)).toThrow(failure('the library multiplied [2,3] by [1,2] without complaint'));
  });
});

describe('models of bytes', () => {
  const bytes = () => {
    const graph = new GraphBuilder();
    negation(graph);
    return graph.build();
  };

  it('are loaded, from anywhere in a buffer', () => {
    const model = bytes();
    const memory = new Uint8Array(model.length + 3);
    memory.set(model, 3);
    const session = ortRuntime().load({ bytes: memory.subarray(3), inputNames: ['x'], outputNames: ['y'] });
    memory.fill(0);
    const y = one();
    session.run([one()], [y]);
    expect(y.data[0]).toBe(-1);
    session.dispose();
  });

  it('that are wrong are refused', () => {
    const load = (garbage: Uint8Array) => () => ortRuntime().load({ bytes: garbage, inputNames: [], outputNames: [] });
    expect(load(Uint8Array.of(1, 2, 3))).toThrow(
      expect.objectContaining({ name: 'OrtError', code: 'INVALID_PROTOBUF' }),
    );
    expect(load(new Uint8Array(0))).toThrow(OrtError);
  });

  it('have names that fit', () => {
    const load = (inputNames: string[], outputNames: string[]) => () =>
      ortRuntime().load({ bytes: bytes(), inputNames, outputNames });
    const rule = /is an input or another output as well; give each its own name/;
    expect(load(['x'], ['y', 'y'])).toThrow(rule);
    expect(load(['x'], ['x'])).toThrow(rule);
    const session = load(['wrong'], ['y'])();
    expect(() => session.run([one()], [one()])).toThrow(/wrong/);
    session.dispose();
  });
});
