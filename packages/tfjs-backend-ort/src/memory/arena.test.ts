import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Arena } from './arena.js';

const MIB = 2 ** 20;

/** An arena beside a model of it: the live views, each filled with its own number. */
interface Model {
  readonly live: { view: Float32Array; fill: number }[];
  fills: number;
}

class Alloc implements fc.Command<Model, Arena> {
  constructor(readonly floats: number) {}
  check = () => true;
  run(model: Model, arena: Arena): void {
    const view = arena.alloc(this.floats);
    if (!view) return;
    expect(view.length).toBe(this.floats);
    expect(view.byteOffset % 64).toBe(0);
    // Slack behind the view lies in the memory, and apart from all other views.
    const end = view.byteOffset + view.byteLength + 16;
    expect(end).toBeLessThanOrEqual(arena.statistics().capacity);
    for (const { view: other } of model.live) {
      const apart = end <= other.byteOffset || other.byteOffset + other.byteLength + 16 <= view.byteOffset;
      expect(apart).toBe(true);
    }
    model.fills += 1;
    model.live.push({ view: view.fill(model.fills), fill: model.fills });
  }
  toString = () => `alloc(${this.floats})`;
}

class Free implements fc.Command<Model, Arena> {
  constructor(readonly index: number) {}
  check = (model: Readonly<Model>) => model.live.length > 0;
  run(model: Model, arena: Arena): void {
    const [freed] = model.live.splice(this.index % model.live.length, 1);
    expect(freed!.view.every((value) => value === freed!.fill)).toBe(true);
    arena.free(freed!.view);
    expect(() => arena.free(freed!.view)).toThrow('not allocated here');
  }
  toString = () => `free(${this.index})`;
}

describe('any sequence of allocations and frees', () => {
  const floats = fc.oneof(
    fc.nat(2000),
    fc.nat(200_000),
    fc.constantFrom(0, 1, 15, 16, 17, 1024, 16_384, 16_385, 65_536),
  );
  const commands = fc.commands([floats.map((n) => new Alloc(n)), fc.nat().map((i) => new Free(i))], {
    maxCommands: 80,
  });

  it('keeps views apart, aligned and with their content, and gets all memory back', () => {
    fc.assert(
      fc.property(commands, (commands) => {
        const arena = new Arena({ memoryLimit: MIB });
        const model: Model = { live: [], fills: 0 };
        fc.modelRun(() => ({ model, real: arena }), commands);
        for (const { view, fill } of model.live) {
          expect(view.every((value) => value === fill)).toBe(true);
          arena.free(view);
        }
        const { bytesInUse, bytesPooled, highWater } = arena.statistics();
        expect(bytesInUse).toBe(0);
        expect(bytesPooled).toBeLessThanOrEqual(highWater);
        // All but the first line, and its slack, in one piece.
        const everything = arena.alloc((MIB - 64) / 4 - 4096);
        expect(everything).toBeDefined();
      }),
      { numRuns: 150 },
    );
  });
});

describe('alloc', () => {
  it('finds what was freed last for the same size', () => {
    const arena = new Arena({ memoryLimit: MIB });
    const first = arena.alloc(1000)!;
    const other = arena.alloc(1000)!;
    arena.free(first);
    expect(arena.statistics().bytesPooled).toBe(4032);
    expect(arena.alloc(1000)!.byteOffset).toBe(first.byteOffset);
    expect(arena.statistics().bytesPooled).toBe(0);
    expect(arena.owns(other)).toBe(true);
  });

  it('joins freed buffers before it takes fresh memory', () => {
    const arena = new Arena({ memoryLimit: MIB });
    const views = Array.from({ length: 8 }, () => arena.alloc(1000)!);
    const { highWater } = arena.statistics();
    for (const view of views) arena.free(view);
    expect(arena.alloc(7000)).toBeDefined();
    expect(arena.statistics().highWater).toBe(highWater);
  });

  it('takes the smallest hole that is large enough', () => {
    const arena = new Arena({ memoryLimit: MIB });
    const [large, , small] = [5000, 10, 3000, 10].map((floats) => arena.alloc(floats)!);
    arena.alloc(240_000);
    arena.free(large!);
    arena.free(small!);
    expect(arena.alloc(2900)!.byteOffset).toBe(small!.byteOffset);
  });

  it('returns undefined when it does not fit, and goes on', () => {
    const arena = new Arena({ memoryLimit: MIB });
    expect(arena.alloc(MIB / 4)).toBeUndefined();
    const half = arena.alloc(MIB / 8)!;
    expect(arena.alloc(MIB / 8)).toBeUndefined();
    arena.free(half);
    expect(arena.alloc(MIB / 8)).toBeDefined();
  });

  it('places large neighbours of equal size at different places in their pages', () => {
    const arena = new Arena({ memoryLimit: 64 * MIB });
    const places = Array.from({ length: 32 }, () => arena.alloc(2 ** 18)!.byteOffset % 4096);
    expect(new Set(places).size).toBe(32);
  });

  it.each([-1, 1.5, Number.NaN])('rejects %d floats', (floats) => {
    expect(() => new Arena({ memoryLimit: MIB }).alloc(floats)).toThrow(`[arena] ${floats} floats`);
  });

  it('reaches beyond 2 GiB', () => {
    const arena = new Arena({ memoryLimit: 3 * 2 ** 30 });
    expect(arena.alloc(600 * 2 ** 20 - 64)).toBeDefined();
    const high = arena.alloc(1000)!;
    expect(high.byteOffset).toBeGreaterThan(2 ** 31);
    high.fill(7);
    arena.free(high);
    expect(arena.alloc(1000)!.byteOffset).toBe(high.byteOffset);
  });
});

describe('free', () => {
  const arena = new Arena({ memoryLimit: MIB });
  const view = arena.alloc(100)!;

  it.each([
    ['another memory', new Float32Array(100)],
    ['a part of a buffer', view.subarray(16)],
    ['a place between lines', view.subarray(1)],
  ])('rejects a view of %s', (_, foreign) => {
    expect(() => arena.free(foreign)).toThrow('not allocated here');
  });
});

describe('the memory', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('has at least the slack asked for behind each buffer', () => {
    const arena = new Arena({ memoryLimit: MIB, slack: 4096 });
    const [first, second] = [arena.alloc(1)!, arena.alloc(1)!];
    expect(second.byteOffset - first.byteOffset).toBeGreaterThanOrEqual(4096 + 4);
  });

  it.each([0, 1000, 5 * 2 ** 30, Number.NaN])('rejects a limit of %d bytes', (memoryLimit) => {
    expect(() => new Arena({ memoryLimit })).toThrow(`memoryLimit is ${memoryLimit}`);
  });

  it.each([-16, 0.5])('rejects a slack of %d bytes', (slack) => {
    expect(() => new Arena({ memoryLimit: MIB, slack })).toThrow(`slack is ${slack}`);
  });

  it('is halved until the system grants it', () => {
    const asked: number[] = [];
    const { Memory } = (globalThis as never as { WebAssembly: { Memory: new (size: object) => object } }).WebAssembly;
    const granting = (size: { initial: number }) => {
      asked.push(size.initial);
      if (size.initial > 100) throw new RangeError('could not allocate memory');
      return new Memory(size);
    };
    vi.stubGlobal('WebAssembly', { Memory: new Proxy(Memory, { construct: (_, [size]) => granting(size) }) });
    expect(new Arena({ memoryLimit: 400 * 65_536 }).statistics().capacity).toBe(100 * 65_536);
    expect(asked).toEqual([400, 200, 100]);
  });
});
