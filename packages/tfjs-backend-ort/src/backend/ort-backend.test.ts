import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { nativeCallCounts, resetNativeCallCounts } from '../call-counts.js';
import type { NativeKernel } from '../kernels/kernel.js';
import { ArenaExhaustedError } from '../memory/arena-exhausted-error.js';
import { registerKernels } from '../register-kernels.js';
import { OrtBackend } from './ort-backend.js';

const NAME = 'arenatest';
const noRuntime = { threads: 1 } as never;

/** y = x + 1, in the arena, with what the kernel needs of the backend. */
const addOne: NativeKernel = {
  kernelName: 'Step',
  kernelFunc({ inputs, context }) {
    const x = context.arenaFloats(inputs.x!);
    if (x.length === 3) return undefined;
    const { info, values } = context.arenaOutput(inputs.x!.shape);
    const work = context.scratch(x.length);
    work.set(x);
    if (x.length === 5) throw new Error('five');
    if (x.length === 6) context.attach(inputs.x!, 'work', work);
    for (let i = 0; i < x.length; i++) values[i] = work[i]! + 1;
    return info;
  },
};

let backend: OrtBackend;
const warnings: string[] = [];

beforeAll(async () => {
  registerKernels(NAME, [addOne]);
  tf.registerBackend(
    NAME,
    () => new OrtBackend(noRuntime, { memoryLimit: 2 ** 20, onWarning: (message) => warnings.push(message) }),
  );
  await tf.setBackend(NAME);
  backend = tf.backend() as OrtBackend;
});

afterAll(() => tf.removeBackend(NAME));

const inUse = () => backend.tensors.arena.statistics().bytesInUse;

/** Every test gives back all the memory of the arena that it took. */
function itLeavesNothing(name: string, test: () => void | Promise<void>): void {
  it(name, async () => {
    resetNativeCallCounts();
    const before = { tensors: tf.memory().numTensors, ids: backend.numDataIds(), inUse: inUse() };
    await test();
    expect({ tensors: tf.memory().numTensors, ids: backend.numDataIds(), inUse: inUse() }).toEqual(before);
  });
}

describe('values', () => {
  itLeavesNothing('are copied from the user and to the user', async () => {
    const mine = Float32Array.of(1, 2, 3);
    const tensor = tf.tensor1d(mine);
    mine[0] = 100;
    const read = tensor.dataSync();
    read[1] = 100;
    (await tensor.data())[1] = 100;
    tensor.bufferSync().set(100, 2);
    expect([...tensor.dataSync()]).toEqual([1, 2, 3]);
    expect(backend.tensors.arena.owns(read)).toBe(false);
    tensor.dispose();
  });

  itLeavesNothing('of other types are copied, too', () => {
    const ints = Int32Array.of(1, 2);
    const tensor = tf.tensor1d(ints, 'int32');
    ints[0] = 100;
    tensor.dataSync()[1] = 100;
    expect([...tensor.dataSync()]).toEqual([1, 2]);
    const text = tf.tensor1d(['a', 'ß']);
    expect(text.dataSync()).toEqual(['a', 'ß']);
    tf.dispose([tensor, text]);
  });

  itLeavesNothing('survive the tensors that cpu kernels took them from', () => {
    const kept = tf.tidy(() => {
      const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
      const z = tf.complex(x, x);
      const parts = [
        tf.slice(x, [1, 0], [2, 2]),
        tf.unstack(x)[2]!,
        tf.split(x, 3)[1]!,
        tf.stridedSlice(x, [1, 0], [3, 2]),
      ];
      // These share the very data of y: x must not live on through them.
      const y = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
      return [...parts, tf.reshape(y, [6]), tf.clone(y), tf.cast(y, 'float32'), tf.real(z), tf.imag(z)];
    });
    // The next values overwrite freed memory.
    const later = Array.from({ length: 40 }, () => tf.ones([6]));
    const all = [1, 2, 3, 4, 5, 6];
    expect(kept.map((tensor) => [...tensor.dataSync()])).toEqual([
      [3, 4, 5, 6],
      [5, 6],
      [3, 4],
      [3, 4, 5, 6],
      ...[all, all, all, all, all],
    ]);
    tf.dispose([...kept, ...later]);
  });

  itLeavesNothing('of the user lie outside when memory is full', () => {
    const tensors = Array.from({ length: 3 }, () => tf.ones([2 ** 19]));
    expect(tensors.map((tensor) => tensor.dataSync()[2 ** 19 - 1])).toEqual([1, 1, 1]);
    tf.dispose(tensors);
  });

  itLeavesNothing('move to another backend and back', async () => {
    const x = tf.tidy(() => tf.step(tf.tensor1d([1, 2])));
    tf.tidy(() => {
      tf.setBackend('cpu');
      const y = tf.add(x, 1);
      tf.setBackend(NAME);
      expect([...tf.add(y, 1).dataSync()]).toEqual([4, 5]);
    });
    expect([...x.dataSync()]).toEqual([2, 3]);
    x.dispose();
  });
});

describe('a kernel call', () => {
  itLeavesNothing('computes natively, or leaves the call to the cpu kernel', () => {
    tf.tidy(() => {
      expect([...tf.step(tf.tensor1d([1, 2])).dataSync()]).toEqual([2, 3]);
      expect([...tf.step(tf.tensor1d([1, -2, 3])).dataSync()]).toEqual([1, 0, 1]);
      tf.neg(tf.tensor1d([1]));
    });
    expect(nativeCallCounts()).toEqual({ Step: { native: 1, cpu: 1 }, Neg: { native: 0, cpu: 1 } });
  });

  itLeavesNothing('that fails gives back what it took', () => {
    tf.tidy(() => {
      const x = tf.ones([5]);
      expect(() => tf.step(x)).toThrow('five');
    });
  });

  itLeavesNothing('without memory fails at once, says what is missing, and lets smaller ones go on', () => {
    const x = tf.zeros<tf.Rank.R1>([2 ** 17]);
    let thrown: unknown;
    try {
      tf.tidy(() => tf.step(tf.step(x)));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ArenaExhaustedError);
    expect(thrown).toMatchObject({ bytesNeeded: 2 ** 19, bytesReserved: 2 ** 20 });
    expect((thrown as Error).message).toMatch(
      /0\.5 MiB more do not fit .* of 1\.0 MiB\. Use smaller batches, .*memoryLimit/,
    );
    const small = tf.tidy(() => tf.step(tf.tensor1d([1, 2])));
    expect([...small.dataSync()]).toEqual([2, 3]);
    tf.dispose([x, small]);
    expect(warnings).toEqual([]);
  });

  it('without memory is left to the cpu kernel where the user wants that, who hears of it once', () => {
    const heard: string[] = [];
    const patient = new OrtBackend(noRuntime, {
      memoryLimit: 2 ** 20,
      whenFull: 'cpu-kernels',
      onWarning: (message) => heard.push(message),
    });
    expect(patient.kernelContext.leavesToCpuWhenFull()).toBe(true);
    expect(patient.kernelContext.leavesToCpuWhenFull()).toBe(true);
    expect(heard).toEqual([expect.stringMatching(/^\[ort\] the 1 MiB for tensors are full; .* memoryLimit/)]);
    patient.dispose();
  });

  itLeavesNothing('puts a successor where its predecessor lies, if nothing else refers to those values', () => {
    const { kernelContext: context } = backend;
    const x = tf.tensor1d([1, 2]);
    const address = context.arenaFloats(x).byteOffset;
    const take = (tensor: tf.Tensor, succeeds: boolean) => {
      let taken: number | undefined;
      const info = context.run(() => {
        const next = context.successor(tensor);
        taken = next.values.byteOffset;
        return succeeds ? next.info : undefined;
      });
      return { taken, info };
    };
    // A call that fails leaves x, and what is counted of it, as they were.
    expect(take(x, false).taken).toBe(address);
    expect(backend.refCount(x.dataId)).toBe(1);
    expect([...x.dataSync()]).toEqual([1, 2]);

    const { taken, info } = take(x, true);
    expect(taken).toBe(address);
    expect(info!.dataId).toBe(x.dataId);
    expect(backend.refCount(x.dataId)).toBe(2);
    const clone = tf.engine().makeTensorFromTensorInfo(info!);
    const other = take(clone, true);
    expect(other.taken).not.toBe(address);
    tf.dispose([x, clone, tf.engine().makeTensorFromTensorInfo(other.info!)]);
  });

  itLeavesNothing('that attaches working memory finds it again until the tensor goes', () => {
    const x = tf.tensor1d([1, 2, 3, 4, 5, 6]);
    tf.step(x).dispose();
    expect([...backend.kernelContext.attached(x, 'work')!]).toEqual([1, 2, 3, 4, 5, 6]);
    expect((tf.memory() as never as { numBytesAttached: number }).numBytesAttached).toBe(24);
    x.dispose();
    expect((tf.memory() as never as { numBytesAttached: number }).numBytesAttached).toBe(0);
  });

  itLeavesNothing('may use memory that was attached earlier', () => {
    const x = tf.tensor1d([1, 2, 3, 4, 5, 6]);
    tf.step(x).dispose();
    const rest = backend.tensors.arena.statistics();
    const large = tf.zeros([(rest.capacity - rest.bytesInUse) / 4 - 4096]);
    let more: tf.Tensor[] = [];
    while (backend.kernelContext.attached(x, 'work')) {
      backend.kernelContext.run(() => undefined);
      more = [...more, tf.ones([16])];
    }
    tf.dispose([x, large, ...more]);
  });
});

it('a system that grants less memory than was asked for is a warning', () => {
  const { Memory } = (globalThis as never as { WebAssembly: { Memory: new (size: object) => object } }).WebAssembly;
  const grant = (size: { initial: number }) => {
    if (size.initial > 32) throw new RangeError('could not allocate memory');
    return new Memory(size);
  };
  const { WebAssembly } = globalThis as never as { WebAssembly: object };
  const Stingy = new Proxy(Memory, { construct: (_, [size]) => grant(size) });
  vi.stubGlobal('WebAssembly', Object.create(WebAssembly, { Memory: { value: Stingy } }));
  const heard: string[] = [];
  try {
    new OrtBackend(noRuntime, { memoryLimit: 2 ** 23, onWarning: (message) => heard.push(message) }).dispose();
  } finally {
    vi.unstubAllGlobals();
  }
  expect(heard).toEqual([expect.stringMatching(/^\[ort\] the system grants 2 of the 8 MiB of memory for tensors: /)]);
});
