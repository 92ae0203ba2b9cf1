import { FreeList } from './free-list.js';
import { reserveMemory, type WasmMemory } from './reserve-memory.js';

/** Blocks start and end at cache lines. */
const LINE = 64;
const LARGE_LINES = 1024;
const PAGE_LINES = 64;
const STAGGER_LINES = 11;

/** Options of an {@link Arena}. */
export interface ArenaOptions {
  /** Bytes to reserve, at most 4 GiB; halved until the system grants it. Default 3 GiB. */
  readonly memoryLimit?: number;
  /** Readable bytes after every allocation, so that SIMD kernels may read past its end. Default 16. */
  readonly slack?: number;
}

/** Memory of an {@link Arena}, in bytes, by its use. */
export interface ArenaStatistics {
  /** Handed out and not freed yet, slack and alignment included. */
  readonly bytesInUse: number;
  /** Freed, and kept by size for the next request of that size. */
  readonly bytesPooled: number;
  /** The highest address that was ever handed out: the system has given real memory at most up to here. */
  readonly highWater: number;
  /** Bytes reserved. */
  readonly capacity: number;
}

/**
 * Float32 buffers in one WebAssembly memory, which both WebAssembly kernels and native code work on in place.
 *
 * The memory never grows after its creation, because growing would detach every view. Reserved memory that was never
 * handed out costs address space only. Buffers start at multiples of 64 bytes; their content is whatever was there
 * before. A freed buffer is kept by size, so that a training step, which asks for the same sizes as the one before,
 * finds each in constant time; kept buffers are joined again before memory beyond the high-water mark is taken.
 */
export class Arena {
  /** The memory to import into WebAssembly instances. Addresses are the `byteOffset` of views, up to 4 GiB. */
  readonly memory: WasmMemory;
  readonly #buffer: SharedArrayBuffer;
  readonly #slack: number;
  readonly #free = new FreeList();
  /** Freed blocks by size in lines: their starts. */
  readonly #pool = new Map<number, number[]>();
  /** Blocks handed out: start -> size, both in lines. */
  readonly #live = new Map<number, number>();
  #inUse = 0;
  #pooled = 0;
  #highWater = 0;

  /**
   * @throws RangeError for a limit or slack that is not a whole number in its range; Error when not even 1 MiB is
   *   available.
   */
  constructor(options: ArenaOptions = {}) {
    this.#slack = options.slack ?? 16;
    if (!Number.isInteger(this.#slack) || this.#slack < 0) {
      throw new RangeError(`[arena] slack is ${this.#slack}; it must be a whole number of bytes, 0 or more`);
    }
    this.memory = reserveMemory(options.memoryLimit);
    this.#buffer = this.memory.buffer;
    // Line 0 is left out: to a kernel, address 0 is a null pointer.
    this.#free.add(1, this.#buffer.byteLength / LINE - 1);
  }

  /**
   * Returns a buffer of `floats` float32 numbers with arbitrary content, or undefined when it does not fit.
   *
   * @throws RangeError when `floats` is not a whole number, or negative.
   */
  alloc(floats: number): Float32Array<SharedArrayBuffer> | undefined {
    if (!Number.isInteger(floats) || floats < 0) {
      throw new RangeError(`[arena] ${floats} floats; ask for a whole number of them, 0 or more`);
    }
    const size = this.#blockLines(floats);
    const start = this.#takePooled(size) ?? this.#takeFree(size);
    if (start === undefined) return undefined;
    this.#live.set(start, size);
    this.#inUse += size;
    this.#highWater = Math.max(this.#highWater, start + size);
    return new Float32Array(this.#buffer, start * LINE, floats);
  }

  /**
   * Takes a buffer back; what it held may be overwritten at once.
   *
   * @throws Error when `view` is not one that `alloc` returned, or was freed before.
   */
  free(view: Float32Array): void {
    const start = view.byteOffset / LINE;
    const size = this.owns(view) ? this.#live.get(start) : undefined;
    if (size === undefined) {
      throw new Error(
        `[arena] the view of ${view.length} floats at byte ${view.byteOffset} is not allocated here: ` +
          'free each view that alloc returned once, and no other',
      );
    }
    this.#live.delete(start);
    this.#inUse -= size;
    this.#pooled += size;
    const starts = this.#pool.get(size);
    if (starts) starts.push(start);
    else this.#pool.set(size, [start]);
  }

  /** Returns whether `view` looks into this memory (a part of a buffer does, and so does a buffer freed meanwhile). */
  owns(view: ArrayBufferView): boolean {
    // No view here starts at byte 0. Asking a small array for its buffer would have the engine make one.
    return view.byteOffset > 0 && view.buffer === this.#buffer;
  }

  /** Returns the present use of the memory. */
  statistics(): ArenaStatistics {
    return {
      bytesInUse: this.#inUse * LINE,
      bytesPooled: this.#pooled * LINE,
      highWater: this.#highWater * LINE,
      capacity: this.#buffer.byteLength,
    };
  }

  /**
   * Size of the block for this many floats. Large ones are all 11 lines longer than a multiple of 4096 bytes: tensors
   * have power-of-two sizes, and neighbours at the same place in their pages would compete for the same lines of the
   * cache.
   */
  #blockLines(floats: number): number {
    const lines = Math.max(1, Math.ceil((floats * Float32Array.BYTES_PER_ELEMENT + this.#slack) / LINE));
    if (lines < LARGE_LINES) return lines;
    return Math.ceil((lines - STAGGER_LINES) / PAGE_LINES) * PAGE_LINES + STAGGER_LINES;
  }

  #takePooled(size: number): number | undefined {
    const start = this.#pool.get(size)?.pop();
    if (start !== undefined) this.#pooled -= size;
    return start;
  }

  #takeFree(size: number): number | undefined {
    const start = this.#free.peek(size);
    const extends_ = start === undefined || start + size > this.#highWater;
    if (extends_ && this.#pooled > 0) this.#joinPool();
    return this.#free.take(size);
  }

  #joinPool(): void {
    for (const [size, starts] of this.#pool) {
      for (const start of starts) this.#free.add(start, size);
    }
    this.#pool.clear();
    this.#pooled = 0;
  }
}
