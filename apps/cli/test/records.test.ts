import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli, miniFlags } from './support/cli.js';

const workspace = useWorkspace();
const dataFlags = miniFlags.slice(0, 3);
const picture = join(import.meta.dirname, '..', '..', '..', 'docs', 'results', 'mlp', 'curves.png');

beforeAll(async () => {
  const flags = ['--max-steps', '4', '--eval-freq', '2', '--dnn-hidden-units', '3'];
  const { code } = await callCli('train', 'mlp-ndarray', ...flags, ...miniFlags, '--out', workspace('original'));
  expect(code).toBe(0);
});

it.each([
  ['eval', dataFlags],
  ['predict', [picture]],
  ['plot', []],
  ['report', ['--no-predictions']],
  ['train', [...dataFlags, '--max-steps', '5']],
])('%s of a run whose record cannot be understood fails in one line', async (command, flags) => {
  const run = workspace(command);
  await cp(workspace('original'), run, { recursive: true });
  const file = join(run, 'config.json');
  const record = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...record, settings: { ...record.settings, evalFreq: -1 } }));
  const words = command === 'train' ? ['train', 'mlp-ndarray', '--resume', run] : [command, run];
  expect(await callCli(...words, ...flags)).toEqual({
    code: 1,
    stdout: '',
    stderr: `error: ${file}: "settings.evalFreq" must be a whole number of 1 or more, and is -1; correct it there, or restore the file from a copy\n`,
  });
});
