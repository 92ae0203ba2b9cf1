import { readFile, writeFile } from 'node:fs/promises';
import { cpus, hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { type RunConfig, resumeRun, trainRun } from '../src/index.js';
import { mini, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const settings = { batchSize: 60, maxSteps: 2, evalFreq: 2, dnnHiddenUnits: [4] };
const configOf = async (run: string) => JSON.parse(await readFile(join(run, 'config.json'), 'utf8')) as RunConfig;
afterEach(() => vi.unstubAllEnvs());

/** Goes on with a run. @returns its warnings. */
async function goOn(run: string, maxSteps: number): Promise<string[]> {
  const warnings: string[] = [];
  for await (const event of resumeRun(run, { data: mini, changes: { maxSteps } })) {
    if (event.type === 'warning') warnings.push(`${event.code}: ${event.message}`);
  }
  return warnings;
}

it('a run records where each of its sessions ran, and warns when it goes on with another processor', async () => {
  const run = workspace('run');
  await trainRun({ network: 'mlp-ndarray', settings, engine: { name: 'wasm' }, data: mini, out: run }).result;
  vi.stubEnv('CIFARLAB_JOB', 'condor 17.3');
  expect(await goOn(run, 4)).toEqual([]);
  const cpu = cpus()[0]?.model.trim() ?? 'unknown';
  const here = { host: hostname(), cpu, node: process.versions.node, started: expect.stringMatching(/Z$/) };
  const config = await configOf(run);
  const engine = { name: 'gemm wasm-simd', threads: expect.any(Number) };
  expect(config.sessions).toEqual([
    { ...here, step: 0, job: null, engine },
    { ...here, step: 2, job: 'condor 17.3', engine },
  ]);
  const elsewhere = { ...config.sessions![1]!, cpu: 'an abacus' };
  await writeFile(join(run, 'config.json'), JSON.stringify({ ...config, sessions: [config.sessions![0], elsewhere] }));
  expect(await goOn(run, 6)).toEqual([
    `other-processor: the run was made on an abacus and goes on with ${cpu}: its numbers may differ in the last bits from those of an unbroken run`,
  ]);
  expect((await configOf(run)).sessions).toHaveLength(3);
});
