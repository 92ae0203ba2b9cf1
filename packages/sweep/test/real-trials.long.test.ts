import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mini, useWorkspace } from '../../experiment/test/support/workspace.js';
import { experimentRunner, planSweep, runSweep, type SweepSummary, type TrialRunner } from '../src/index.js';
import { processRunner } from '../src/processes.js';

const workspace = useWorkspace();
const data = { ...mini, offline: true };
const description = {
  model: 'mlp-ndarray',
  settings: {
    ...{ 'dnn-hidden-units': '8', 'batch-size': 20, 'max-steps': 30, 'eval-freq': 10, 'validation-size': 40 },
    ...{ init: 'he', backend: 'wasm' },
  },
};
const plan = planSweep({ ...description, grid: { momentum: [0, 0.9] } });

/** Sweeps to the end, or until a trial is past a step. */
async function sweep(name: string, runner: TrialRunner, stopAfter = Number.POSITIVE_INFINITY) {
  const interrupt = new AbortController();
  const { signal } = interrupt;
  const events = runSweep({ plan, out: workspace(name), runner, jobs: 1, threads: 1, data, signal });
  const resumed: boolean[] = [];
  for await (const event of events) {
    if (event.type === 'started') resumed.push(event.resumed);
    if (event.type === 'progress' && event.progress.step >= stopAfter) interrupt.abort();
  }
  return { end: await events.result, resumed };
}

function numbersOf({ configurations, trials, selected, test }: SweepSummary) {
  return {
    configurations: configurations.map(({ seconds, ...rest }) => rest),
    trials: trials.map(({ seconds, ...rest }) => rest),
    selected,
    test,
  };
}

async function summaryOf(name: string): Promise<SweepSummary> {
  return JSON.parse(await readFile(workspace(name, 'summary.json'), 'utf8')) as SweepSummary;
}

/** Reads the metrics of each run, byte for byte. */
async function metricsOf(name: string): Promise<string[]> {
  const folders = (await readdir(workspace(name, 'trials'))).sort();
  const files = folders.map((folder) => workspace(name, 'trials', folder, 'seed-42', 'metrics.jsonl'));
  return Promise.all(files.map((file) => readFile(file, 'utf8')));
}

describe('a sweep of real trials', { timeout: 120_000 }, () => {
  it('gives the same numbers in this process, in processes of their own, and after an interrupt', async () => {
    const here = await sweep('here', experimentRunner({ threads: 1, data }));
    expect(here.end).toMatchObject({ status: 'done', failures: 0 });
    const unbroken = await summaryOf('here');
    expect(unbroken.madeWith).toMatchObject([{ engine: { name: 'gemm wasm-simd', threads: 1 } }]);
    expect(unbroken.test!.accuracies).toHaveLength(1);

    const apart = await sweep('apart', processRunner({ threads: 1, data }));
    expect(apart.end).toMatchObject({ status: 'done', failures: 0 });
    expect(numbersOf(await summaryOf('apart'))).toEqual(numbersOf(unbroken));
    expect(await metricsOf('apart')).toEqual(await metricsOf('here'));
    const [folder] = await readdir(workspace('apart', 'trials'));
    const log = await readFile(join(workspace('apart', 'trials', folder!), 'seed-42.log'), 'utf8');
    expect(log).toMatch(/^\$ train momentum 0, seed 42\n(.*\n)*step 30 {2}validation loss/m);

    const stopped = await sweep('stopped', experimentRunner({ threads: 1, data }), 12);
    expect(stopped.end).toEqual({ status: 'interrupted' });
    const goesOn = await sweep('stopped', experimentRunner({ threads: 1, data }));
    expect(goesOn.resumed).toEqual([true, false]);
    expect(numbersOf(await summaryOf('stopped'))).toEqual(numbersOf(unbroken));
    expect(await metricsOf('stopped')).toEqual(await metricsOf('here'));
  });

  it('leaves a trial at the step at which it is pruned, and goes on with it later to the same numbers', async () => {
    const search = { sampler: 'tpe', pruner: 'asha', trials: 1, space: { momentum: { uniform: [0, 0.9] } } } as const;
    const study = fileURLToPath(new URL('children/study.mjs', import.meta.url));
    const optuna = { command: [process.execPath, study, 'well'] } as const;
    const led = planSweep({ ...description, search });
    const grid = planSweep({ ...description, grid: { momentum: [0] } });
    const here = experimentRunner({ threads: 1, data });
    const common = { jobs: 1, threads: 1, data, test: false };
    await runSweep({ ...common, out: workspace('unbroken'), plan: grid, runner: here }).result;
    const [unbroken] = await metricsOf('unbroken');
    for (const [name, runner] of Object.entries({ here, apart: processRunner({ threads: 1, data }) })) {
      const out = workspace(`pruned ${name}`);
      const pruned = await runSweep({ ...common, out, plan: led, runner, optuna }).result;
      expect(pruned).toMatchObject({ summary: { selected: null, trials: [{ status: 'pruned', step: 10 }] } });
      const [before] = await metricsOf(`pruned ${name}`);
      expect(JSON.parse(before!.trim().split('\n').at(-1)!)).toMatchObject({ step: 10, split: 'validation' });
      await runSweep({ ...common, out, plan: grid, runner: here }).result;
      const [after] = await metricsOf(`pruned ${name}`);
      expect(after!.startsWith(before!)).toBe(true);
      expect(after).toBe(unbroken);
    }
  });

  it('goes on after a trial that cannot be trained', async () => {
    const nowhere = experimentRunner({ threads: 1, data: { ...data, dataDir: workspace('nowhere') } });
    const { end } = await sweep('failing', nowhere);
    expect(end).toMatchObject({ status: 'done', failures: 2 });
    const { trials } = await summaryOf('failing');
    expect(trials.map(({ failure }) => failure)).toMatchObject(
      Array(2).fill({ exitCode: null, signal: null, lastLines: [expect.stringContaining('nowhere')] }),
    );
  });
});
