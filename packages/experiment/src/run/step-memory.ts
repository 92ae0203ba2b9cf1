import { freemem, totalmem } from 'node:os';
import type { StartedEngine } from '@cifarlab/engines';
import { formatBytes } from '@cifarlab/internals/format';
import type { Network } from '../networks/network.js';
import { type BatchSettings, microBatchOf } from '../settings/micro-batch.js';
import type { TrainingSettings } from '../settings/network-settings.js';
import { named, type Sentence, sentence } from '../settings/sentence.js';
import { SettingError } from '../settings/setting-error.js';

/** Limits of the memory of a training step, in bytes; undefined where they are not known. */
export interface MemoryLimits {
  /** Memory that the engine has reserved for tensors. */
  engine: { name: string; bytes: number } | undefined;
  /** Memory that this machine, or this process's share of it, has left. */
  machine: number | undefined;
}

/** Memory of the program and the dataset, beside that of a step. */
const PROGRAM_BYTES = 300 * 2 ** 20;

/**
 * Refuses to train a network whose steps do not fit.
 *
 * @returns the bytes that a step takes; undefined where nothing is known of it.
 * @throws SettingError with the largest batch that fits.
 */
export async function checkMemory(
  network: Network,
  settings: TrainingSettings,
  engine: StartedEngine,
): Promise<number | undefined> {
  const bytesOf = await network.stepBytes?.(settings);
  if (bytesOf === undefined) return undefined;
  return checkStepMemory(settings, bytesOf, memoryLimits(engine), network.smallestBatch(settings));
}

/** Tells what is free here, for a network that computes on the CPU; a GPU has memory of its own, which does not tell. */
export function memoryLimits({ name, device, memoryLimit }: StartedEngine): MemoryLimits {
  return {
    engine: memoryLimit === undefined ? undefined : { name, bytes: memoryLimit },
    machine: device === 'gpu' ? undefined : freeMemory() - PROGRAM_BYTES,
  };
}

/**
 * Refuses a training step that does not fit.
 *
 * @param settings of a network that may take a batch in parts: what fits is a part.
 * @param bytesOf what a step with so many images takes, which grows evenly with them.
 * @param smallest the fewest images that the network learns from.
 * @returns the bytes that a step takes.
 * @throws SettingError with the largest batch that fits, and, where a batch may be taken in parts, in how many it fits.
 */
export function checkStepMemory(
  settings: BatchSettings,
  bytesOf: (batchSize: number) => number,
  limits: MemoryLimits,
  smallest = 1,
): number {
  const { batchSize, accumulate } = settings;
  const needed = bytesOf(microBatchOf(settings));
  const { name, bytes } = narrowest(limits);
  if (needed <= bytes) return needed;
  const perImage = bytesOf(2) - bytesOf(1);
  const largest = Math.floor((bytes - (bytesOf(1) - perImage)) / perImage);
  throw new SettingError({
    setting: 'batchSize',
    value: batchSize,
    rule: `takes about ${formatBytes(needed)} a step, and ${name} ${formatBytes(Math.max(bytes, 0))}`,
    remedy:
      largest >= smallest
        ? fitting(batchSize, accumulate, largest)
        : 'not even the smallest batch fits: use a smaller network, or a machine with more memory',
  });
}

/** @param largest the most images that fit at a time. */
function fitting(batchSize: number, accumulate: number | undefined, largest: number): Sentence {
  if (accumulate === undefined) return sentence`use ${named('batchSize', largest)} or smaller`;
  const parts = named('accumulate', Math.ceil(batchSize / largest));
  return sentence`take the batch in parts (${parts}), or use ${named('batchSize', largest * accumulate)} or smaller`;
}

function narrowest({ engine, machine }: MemoryLimits): { name: string; bytes: number } {
  const found = [
    ...(engine === undefined ? [] : [{ name: `the backend ${engine.name} has`, bytes: engine.bytes }]),
    ...(machine === undefined ? [] : [{ name: 'this machine has free for it', bytes: machine }]),
  ];
  return found.reduce((least, limit) => (limit.bytes < least.bytes ? limit : least), {
    name: 'there are',
    bytes: Number.POSITIVE_INFINITY,
  });
}

/**
 * Returns the bytes that this process can have. Only Linux counts what it would give back from its caches as free;
 * elsewhere all of the machine's memory stands for it.
 */
function freeMemory(): number {
  const free = process.platform === 'linux' ? freemem() : totalmem();
  // 0: no limit is set on this process.
  return Math.min(free, process.constrainedMemory() || Number.POSITIVE_INFINITY);
}
