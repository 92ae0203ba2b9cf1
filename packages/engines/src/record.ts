import type { Engine, EngineFamily, EngineRecord } from './engine.js';
import { enginesOf } from './registry.js';

/** Describes what made some numbers: `gemm ort on 2 threads`. */
export function describeEngine({ name, threads }: EngineRecord): string {
  return threads === null ? name : `${name} on ${threads} thread${threads === 1 ? '' : 's'}`;
}

/** Finds the engine that a record names; undefined for a name that this version does not know. */
export function engineOfRecord<Family extends EngineFamily>(
  family: Family,
  { name }: EngineRecord,
): Engine<Family> | undefined {
  return enginesOf(family).find(({ recordName }) => recordName === name);
}
