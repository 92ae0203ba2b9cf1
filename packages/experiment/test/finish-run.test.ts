import { rm } from 'node:fs/promises';
import { renderCurves } from '@cifarlab/plots';
import type { History } from '@cifarlab/trainer';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRunFolder, readResult } from '../src/run-folder.js';
import { finishRun } from '../src/train/finish-run.js';
import type { Run } from '../src/train/run.js';
import { callCli, miniFlags } from './support/cli.js';
import { listing, useWorkspace } from './support/workspace.js';

vi.mock('@cifarlab/plots', async (original) => {
  const plots = await original<typeof import('@cifarlab/plots')>();
  return { ...plots, renderCurves: vi.fn(plots.renderCurves) };
});

const workspace = useWorkspace();
const pictures = ['curves.png', 'curves.svg', 'report.html'];

beforeAll(async () => {
  const short = ['--max-steps', '2', '--eval-freq', '1', '--dnn-hidden-units', '4'];
  const { code } = await callCli('train', 'mlp-ndarray', ...miniFlags, ...short, '--out', workspace('run'));
  expect(code).toBe(0);
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
  async function end(steps: number) {
    const { folder, config } = await openRunFolder(workspace('run'));
    const run = { folder, model: config.model, settings: config.settings } as Run;
    const stop = { reason: 'aborted', step: steps, message: '' } as const;
    const history = { train: new Array(steps), evaluations: [], best: null, stop } as History;
    let stdout = '';
    let stderr = '';
    const io = {
      stdout: { write: (text: string) => (stdout += text) },
      stderr: { write: (text: string) => (stderr += text) },
    };
    const options = { seconds: 1, data: undefined as never, json: false, resume: 'resume it' };
    const code = await finishRun(run, history, options, io);
    expect(code).toBe(130);
    expect(stderr).toMatch(/^Go on with: resume it$/m);
    expect(await readResult(folder)).toEqual({ stop: 'aborted', step: steps, seconds: 1 });
    return { stdout, stderr };
  }

  it('of 100,000 steps they are drawn, once', async () => {
    const { stdout } = await end(100_000);
    expect(renderCurves).toHaveBeenCalledTimes(1);
    expect(await listing(workspace('run'))).toEqual(expect.arrayContaining(pictures));
    expect(stdout).toContain('curves.png');
  });

  it('of more steps they are not, and the command that draws them is named', async () => {
    const { stdout, stderr } = await end(100_001);
    expect(renderCurves).not.toHaveBeenCalled();
    for (const name of pictures) expect(await listing(workspace('run'))).not.toContain(name);
    expect(stdout).not.toContain('curves');
    expect(stderr).toMatch(/^Draw its curves with: npx cifarlab report .*run'?$/m);
  });
});
