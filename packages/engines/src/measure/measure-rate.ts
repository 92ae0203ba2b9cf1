/** Something whose speed is measured. */
export interface Work {
  /** How often the work is repeated inside one run, smallest first. */
  readonly sizes: readonly number[];
  /** Multiplications and additions of a run with size 1. */
  readonly operations: number;
  /** Does the work, and returns once it is done. */
  run(size: number): void | Promise<void>;
}

/** A run is long enough when this many of them fill the time. */
const runs = 20;

/**
 * Measures a speed in about the given time, with the largest size that leaves room for some runs, so that a slow engine
 * is not kept busy for minutes nor a fast one measured by what a call costs.
 *
 * @returns GFLOP/s of the fastest run: the others were disturbed.
 */
export async function measureRate({ sizes, operations, run }: Work, seconds: number): Promise<number> {
  const deadline = performance.now() + 1000 * seconds;
  const time = async (size: number) => {
    const start = performance.now();
    await run(size);
    return performance.now() - start;
  };
  let size = sizes[0]!;
  for (size of sizes) {
    const first = await time(size);
    if (first > (1000 * seconds) / runs) break;
  }
  let best = await time(size);
  while (performance.now() < deadline) best = Math.min(best, await time(size));
  return (operations * size) / best / 1e6;
}
