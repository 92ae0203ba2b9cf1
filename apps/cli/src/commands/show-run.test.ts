import type { RunEnd, RunEvent, RunStream } from '@cifarlab/experiment';
import { expect, it } from 'vitest';
import { showRun } from './show-run.js';

const stop = { reason: 'aborted', step: 7, message: 'Stopped on request after step 7.' } as const;
const aborted: RunEnd = {
  ...{ network: 'mlp', isKept: true, stop, seconds: 61, test: undefined, best: undefined, drawn: undefined },
  folder: { path: 'runs/long' } as RunEnd['folder'],
};

/** Shows a run whose training has begun, and ends so. */
async function show(end: RunEnd, json = false) {
  async function* events(): AsyncGenerator<RunEvent, RunEnd> {
    yield { type: 'start', step: 0, maxSteps: 9, evalFreq: 3, splits: ['test'] };
    yield { type: 'stop', ...end.stop };
    yield { type: 'end', end };
    return end;
  }
  let [stdout, stderr] = ['', ''];
  const io = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
  };
  const options = { json, resumeCommand: (network: string, path: string) => `resume ${network} ${path}` };
  const code = await showRun(() => events() as unknown as RunStream, options, io);
  return { code, stdout, stderr };
}

it('a run that is interrupted after too many steps to draw names the command that draws its curves', async () => {
  const { code, stdout, stderr } = await show(aborted);
  expect({ code, stdout }).toEqual({ code: 130, stdout: 'run    runs/long (7 steps in 1 min 01 s)\n' });
  expect(stderr).toMatch(/^Draw its curves with: npx cifarlab report runs\/long\nGo on with: resume mlp runs\/long\n$/);
});

it('the curves and the report are named where they are', async () => {
  const { stdout, stderr } = await show({ ...aborted, drawn: { curves: 'a.svg', report: 'b.html' } });
  expect(stdout).toMatch(/\ncurves a\.svg\nreport b\.html\n$/);
  expect(stderr).toBe('Go on with: resume mlp runs/long\n');
});

it('a loss that is not finite fails after the result', async () => {
  const end: RunEnd = { ...aborted, stop: { reason: 'non-finite-loss', step: 2, message: 'The loss is NaN.' } };
  await expect(show(end, true)).rejects.toThrow('The loss is NaN.');
});
