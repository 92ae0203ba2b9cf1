import { createRequire } from 'node:module';
import { availableParallelism, cpus, hostname, release, totalmem } from 'node:os';
import type { EngineRecord } from '@cifarlab/engines';
import { describeJob } from '@cifarlab/trainer/node';
import type { Machine, RunSession } from '../records/run-config.js';

const require = createRequire(import.meta.url);

/** Describes this machine. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: process.platform,
    arch: process.arch,
    system: release(),
  };
}

/** Describes the session of a run that begins in this process. @param step training steps done before. */
export function describeSession(engine: EngineRecord, step: number): RunSession {
  return {
    started: new Date().toISOString(),
    step,
    host: hostname(),
    cpu: describeMachine().cpu,
    job: describeJob()?.id ?? null,
    engine,
    node: process.versions.node,
  };
}

/** Returns the versions of packages that this one depends on, by name. */
export function versionsOf(packages: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    packages.map((name) => [name, (require(`${name}/package.json`) as { version: string }).version]),
  );
}
