import type { Machine } from './machine.js';
import type { RowResult, SideResult } from './measure-row.js';

/** Results as a file keeps them: `rows.convnet-step.pytorch.ratio.median` is one figure. */
export interface Report {
  machine: Machine;
  /** Number of threads that every engine was asked to use. */
  threads: number;
  rounds: number;
  /** Software that computed, with its number of threads, by engine. */
  versions: Record<string, string>;
  /** Skipped engines with their reasons, once for all rows. */
  skipped: string[];
  /** Results by row, then by engine. */
  rows: Record<string, Record<string, SideResult | string>>;
}

export function createReport(
  machine: Machine,
  { threads, rounds }: { threads: number; rounds: number },
  results: readonly RowResult[],
): Report {
  const sides = results.flatMap((result) => result.sides);
  return {
    machine,
    threads,
    rounds,
    versions: Object.fromEntries(
      sides.map(({ engine, version, threads }) => [engine, `${version}, ${threads} thread${threads === 1 ? '' : 's'}`]),
    ),
    skipped: [...new Set(results.flatMap((row) => row.skipped.map(({ engine, reason }) => `${engine}: ${reason}`)))],
    rows: Object.fromEntries(
      results.map(({ name, what, unit, sides }) => [
        name,
        { what, ...(unit && { unit }), ...Object.fromEntries(sides.map((side) => [side.engine, side])) },
      ]),
    ),
  };
}

/** Returns the head of the report: everything that a reader of the figures needs to know first. */
export function formatHead({ machine, rounds, versions, skipped }: Report): string {
  const { cpu, cores, instructions, memoryGiB, system, node, load } = machine;
  return [
    `${[cpu, `${cores} cores`, ...instructions, `${memoryGiB} GiB`, system].join(', ')}, Node ${node}; load at the start ${load}`,
    ...Object.entries(versions).map(([engine, version]) => `${engine}: ${version}`),
    `${rounds} interleaved rounds, medians; ratio: our time over the peer's, with the range of the rounds`,
    ...skipped.map((line) => `Skipped: ${line}`),
  ].join('\n');
}
