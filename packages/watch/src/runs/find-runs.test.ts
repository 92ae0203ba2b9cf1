import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useWorkspace } from '../../../engines/test/support/workspace.js';
import { findRuns } from './find-runs.js';

const workspace = useWorkspace();

async function makeRun(...parts: string[]): Promise<string> {
  const folder = workspace(...parts);
  await mkdir(folder, { recursive: true });
  for (const name of ['config.json', 'metrics.jsonl']) await writeFile(join(folder, name), '');
  return folder;
}

it('finds the runs of a sweep, and a run itself', async () => {
  const first = await makeRun('sweeps', 'one', 'trials', 'adam-123', 'seed-1');
  const second = await makeRun('runs', 'b');
  expect(await findRuns(workspace())).toEqual({ runs: [second, first], isCut: false });
  expect(await findRuns(second)).toEqual({ runs: [second], isCut: false });
});

it('finds the trials of a sweep that failed before they had a folder', async () => {
  const trial = workspace('swept', 'trials', 'adam-123');
  const run = await makeRun('swept', 'trials', 'adam-123', 'seed-1');
  const record = (name: string, status: string) =>
    writeFile(join(trial, name), JSON.stringify({ format: 'cifarlab-trial', status, failure: { exitCode: 1 } }));
  await record('seed-1.json', 'failed');
  await record('seed-2.json', 'failed');
  await record('seed-3.json', 'running');
  await record('seed-4.test.json', 'failed');
  await writeFile(join(trial, 'seed-5.json'), '{"format"');
  expect(await findRuns(workspace('swept'))).toEqual({ runs: [run, join(trial, 'seed-2')], isCut: false });
});

it('passes over what is not a run, links, and folders that lead nowhere', async () => {
  const root = workspace('other');
  await mkdir(join(root, 'node_modules', 'runs'), { recursive: true });
  await makeRun('other', 'node_modules', 'runs', 'a');
  await makeRun('other', '.hidden');
  await mkdir(join(root, 'half'));
  await writeFile(join(root, 'half', 'config.json'), '');
  await symlink(root, join(root, 'loop'), 'junction');
  expect(await findRuns(root)).toEqual({ runs: [], isCut: false });
  expect(await findRuns(join(root, 'none'))).toEqual({ runs: [], isCut: false });
});

it('looks at so many runs, and says that there are more', async () => {
  for (let i = 0; i < 520; i++) await makeRun('many', `run-${i}`);
  const { runs, isCut } = await findRuns(workspace('many'));
  expect([runs.length, isCut]).toEqual([500, true]);
});
