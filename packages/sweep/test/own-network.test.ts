import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Network } from '@cifarlab/experiment';
import { expect, it } from 'vitest';
import { mini, useWorkspace } from '../../experiment/test/support/workspace.js';
import { planSweep, runSweep, type SweepSummary } from '../src/index.js';
import { processRunner } from '../src/processes.js';

const workspace = useWorkspace();
const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

it("sweeps a network of one's own in processes of their own", { timeout: 120_000 }, async () => {
  const toy = new URL('../../experiment/test/toy/linear.mjs', import.meta.url).href;
  const { linear } = (await import(toy)) as { linear: Network };
  const plan = planSweep(
    {
      model: 'linear',
      settings: { 'validation-size': 40, backend: 'cpu' },
      grid: { 'learning-rate': [1e-12, 0.0001] },
    },
    { networks: [linear] },
  );
  const data = { ...mini, offline: true };
  const runner = processRunner({
    command: [process.execPath, pathOf('children/own-network.mjs')],
    threads: 1,
    data,
  });
  const { result } = runSweep({ plan, runner, out: workspace('linear'), data, jobs: 2, threads: 1 });
  expect(await result).toMatchObject({ status: 'done', failures: 0 });
  const { configurations, trials, test } = JSON.parse(
    await readFile(workspace('linear', 'summary.json'), 'utf8'),
  ) as SweepSummary;
  expect(configurations.map(({ name }) => name).sort()).toEqual(['learning-rate 0.0001', 'learning-rate 1e-12']);
  expect(trials.map(({ step }) => step)).toEqual([30, 30]);
  expect(test!.accuracies).toHaveLength(1);
});
