/** A run of free lines: it starts at line `start` and is `size` lines long. */
interface FreeRun {
  readonly start: number;
  readonly size: number;
}

/**
 * Free runs of memory: best fit, and neighbours grow together. All numbers are lines, regardless of their size in
 * bytes.
 */
export class FreeList {
  /** Free runs by size, then by start: the first run that is large enough is the best fit with the lowest address. */
  readonly #bySize: FreeRun[] = [];
  readonly #byStart = new Map<number, FreeRun>();
  readonly #byEnd = new Map<number, FreeRun>();

  /** Adds the lines from `start` on, joined with the free runs that touch them. */
  add(start: number, size: number): void {
    const before = this.#byEnd.get(start);
    if (before) {
      this.#remove(before);
      start = before.start;
      size += before.size;
    }
    const after = this.#byStart.get(start + size);
    if (after) {
      this.#remove(after);
      size += after.size;
    }
    this.#insert({ start, size });
  }

  /** Returns the start of the run that `take(size)` would cut from, or undefined when none is large enough. */
  peek(size: number): number | undefined {
    return this.#bySize[this.#firstAtLeast(size, 0)]?.start;
  }

  /** Takes `size` lines from the start of the smallest run that holds them; undefined when none does. */
  take(size: number): number | undefined {
    const run = this.#bySize[this.#firstAtLeast(size, 0)];
    if (!run) return undefined;
    this.#remove(run);
    if (run.size > size) this.#insert({ start: run.start + size, size: run.size - size });
    return run.start;
  }

  #insert(run: FreeRun): void {
    this.#bySize.splice(this.#firstAtLeast(run.size, run.start), 0, run);
    this.#byStart.set(run.start, run);
    this.#byEnd.set(run.start + run.size, run);
  }

  #remove(run: FreeRun): void {
    this.#bySize.splice(this.#firstAtLeast(run.size, run.start), 1);
    this.#byStart.delete(run.start);
    this.#byEnd.delete(run.start + run.size);
  }

  /** Index of the first run not before (size, start). */
  #firstAtLeast(size: number, start: number): number {
    let low = 0;
    let high = this.#bySize.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const run = this.#bySize[middle]!;
      if (run.size < size || (run.size === size && run.start < start)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
