import { createRequire } from 'node:module';
import { availableParallelism, cpus, release, totalmem } from 'node:os';

const require = createRequire(import.meta.url);

/** What a run was made with, for whoever wants to repeat it. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  platform: string;
  arch: string;
  system: string;
}

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

/** Version of each package that takes part in a training run, and of Node. */
export function describeVersions(packages: readonly string[]): Record<string, string> {
  const versions = packages.map((name) => [name, (require(`${name}/package.json`) as { version: string }).version]);
  return { node: process.versions.node, ...Object.fromEntries(versions) };
}
