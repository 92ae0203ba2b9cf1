import { rm } from 'node:fs/promises';
import { renderCurves } from '@cifarlab/plots';
import type { History } from '@cifarlab/trainer';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEnd, WarningEvent } from '../src/run/events.js';
import { finishRun } from '../src/run/finish-run.js';
import type { Run } from '../src/run/run.js';
import { openRunFolder, readResult } from '../src/run/run-folder.js';
import { trainRun } from '../src/run/train-run.js';
import { listing, mini, useWorkspace } from './support/workspace.js';

vi.mock('@cifarlab/plots', async (original) => {
  const plots = await original<typeof import('@cifarlab/plots')>();
  return { ...plots, renderCurves: vi.fn(plots.renderCurves) };
});

const workspace = useWorkspace();
const pictures = ['curves.png', 'curves.svg', 'report.html'];

beforeAll(async () => {
  const settings = { maxSteps: 2, evalFreq: 1, dnnHiddenUnits: [4], batchSize: 60 };
  await trainRun({ network: 'mlp-ndarray', settings, data: mini, out: workspace('run') }).result;
});

it('a training draws its curves once', async () => {
  expect(renderCurves).toHaveBeenCalledTimes(1);
  expect(await listing(workspace('run'))).toEqual(expect.arrayContaining(pictures));
});

describe('after an interrupt', () => {
  beforeEach(async () => {
    vi.mocked(renderCurves).mockClear();
    for (const name of [...pictures, 'result.json']) await rm(workspace('run', name), { force: true });
  });

  /** Ends the run of two steps as if it had done as many as these. */
  async function end(steps: number): Promise<RunEnd> {
    const { folder, config, network } = await openRunFolder(workspace('run'));
    const lock = { check: async () => {} };
    const run = { folder, network, lock, settings: config.settings } as Run;
    const stop = { reason: 'aborted', step: steps, message: '' } as const;
    const history = { train: new Array(steps), evaluations: [], best: null, stop } as History;
    const ending = finishRun(run, history, { seconds: 1, data: undefined as never, words: undefined });
    let next: IteratorResult<WarningEvent, RunEnd> = await ending.next();
    while (!next.done) next = await ending.next();
    expect(await readResult(folder)).toEqual({ stop: 'aborted', step: steps, seconds: 1 });
    return next.value;
  }

  it('of 100,000 steps they are drawn, once', async () => {
    const { drawn } = await end(100_000);
    expect(renderCurves).toHaveBeenCalledTimes(1);
    expect(await listing(workspace('run'))).toEqual(expect.arrayContaining(pictures));
    expect(drawn).toEqual({ curves: workspace('run', 'curves.png'), report: workspace('run', 'report.html') });
  });

  it('of more steps they are not', async () => {
    expect((await end(100_001)).drawn).toBeUndefined();
    expect(renderCurves).not.toHaveBeenCalled();
    for (const name of pictures) expect(await listing(workspace('run'))).not.toContain(name);
  });
});
