import { freemem, totalmem } from 'node:os';
import { UsageError } from '../errors.js';

/** What a training step may take, in bytes; undefined where nothing is known of it. */
export interface MemoryLimits {
  /** What the backend has reserved for tensors. */
  backend: { name: string; bytes: number } | undefined;
  /** What this machine, or this process's share of it, has left. */
  machine: number | undefined;
}

/** The program and the dataset, beside what a step takes. */
const PROGRAM_BYTES = 300 * 2 ** 20;

/** What is free here, for a network that computes on the CPU; `gpu` has memory of its own, which does not tell. */
export function memoryLimits(backend: { name: string; bytes: number | undefined }): MemoryLimits {
  const { name, bytes } = backend;
  return {
    backend: bytes === undefined ? undefined : { name, bytes },
    machine: name.endsWith('-gpu') ? undefined : freeMemory() - PROGRAM_BYTES,
  };
}

/**
 * Says what a training step takes, or refuses it.
 *
 * @param bytesOf what a step with so many images takes, which grows evenly with them.
 * @param smallest the fewest images that the network learns from.
 * @returns a line for stderr after the settings.
 * @throws UsageError with the largest batch that fits, when the step does not.
 */
export function checkStepMemory(
  batchSize: number,
  bytesOf: (batchSize: number) => number,
  limits: MemoryLimits,
  smallest = 1,
): string {
  const needed = bytesOf(batchSize);
  const { name, bytes } = narrowest(limits);
  if (needed > bytes) {
    const perImage = bytesOf(2) - bytesOf(1);
    const largest = Math.floor((bytes - (bytesOf(1) - perImage)) / perImage);
    const remedy =
      largest >= smallest
        ? `use --batch-size ${largest} or smaller`
        : 'not even the smallest batch fits: use a smaller network, or a machine with more memory';
    throw new UsageError(
      `--batch-size ${batchSize} takes about ${gibibytes(needed)} a step, and ${name} ${gibibytes(Math.max(bytes, 0))}; ${remedy}`,
    );
  }
  return `memory : about ${gibibytes(needed)} a step`;
}

function narrowest({ backend, machine }: MemoryLimits): { name: string; bytes: number } {
  const found = [
    ...(backend === undefined ? [] : [{ name: `the backend ${backend.name} has`, bytes: backend.bytes }]),
    ...(machine === undefined ? [] : [{ name: 'this machine has free for it', bytes: machine }]),
  ];
  return found.reduce((least, limit) => (limit.bytes < least.bytes ? limit : least), {
    name: 'there are',
    bytes: Number.POSITIVE_INFINITY,
  });
}

/**
 * Bytes that this process can have. Only Linux counts what it would give back from its caches as free; elsewhere all of
 * the machine's memory stands for it.
 */
function freeMemory(): number {
  const free = process.platform === 'linux' ? freemem() : totalmem();
  // 0: no limit is set on this process.
  return Math.min(free, process.constrainedMemory() || Number.POSITIVE_INFINITY);
}

function gibibytes(bytes: number): string {
  const size = bytes / 2 ** 30;
  return size < 1 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${size.toFixed(2)} GiB`;
}
