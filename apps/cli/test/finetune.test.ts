import { mkdir, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { listing, miniDataset, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli } from './support/cli.js';

const workspace = useWorkspace();
const cpu = ['--backend', 'cpu'];
const mini = [...cpu, '--data-dir', miniDataset, '--allow-unverified'];

it.each([[['finetune']], [['train', 'finetune']]])('%j has the settings of fine-tuning', async (command) => {
  // They are printed before the dataset is looked for, and that is not there.
  const flags = [...cpu, '--data-dir', workspace('nowhere'), '--out', workspace('none'), '--no-flip'];
  const { code, stderr } = await callCli(
    ...command,
    ...flags,
    '--start_resolution',
    '64',
    '--head-learning-rate',
    '0.01',
  );
  expect(code, stderr).toBe(1);
  const lines = stderr.split('\n');
  for (const line of [
    ...['architecture : efficientnet-lite0', 'weights : efficientnet-lite0', 'resolution : 96', 'batch_norm : frozen'],
    ...['start_resolution : 64', 'head_learning_rate : 0.01', 'freeze_stages : 4', 'flip : false'],
  ]) {
    expect(lines).toContain(line);
  }
});

it.each<[number, string[], string | RegExp]>([
  [2, ['--resolution', '100'], 'It must be a multiple of 32 from 32 to 1024.'],
  [2, ['--architecture', 'resnet18'], '--weights unset must be given for --architecture resnet18'],
  [
    2,
    ['--weights', 'none', '--head-only'],
    '--head-only needs pretrained weights, but there are none with --weights none',
  ],
  [1, ['--weights', 'nowhere.pth'], /The weights cannot be read: .*nowhere\.pth/],
  [1, ['--offline'], /efficientnet-lite0/],
])('ends with %i after %j, says why, and leaves nothing', async (code, flags, message) => {
  const end = await callCli('finetune', ...mini, ...flags, '--quiet', '--out', workspace('refused'));
  expect(end.stderr).toMatch(message);
  expect(end.code).toBe(code);
  expect(await listing(workspace())).not.toContain('refused');
});

it('names what is wrong with a folder of pictures', async () => {
  await mkdir(workspace('pictures', 'cats'), { recursive: true });
  for (const name of ['1.png', '2.png']) await writeFile(workspace('pictures', 'cats', name), '');
  const flags = ['--data-dir', workspace('pictures'), '--out', workspace('refused'), '--quiet'];
  const { code, stderr } = await callCli('finetune', ...cpu, ...flags);
  expect(stderr).toMatch(/--data-dir .*pictures has 1 folder of pictures, and there must be 2 to 256/);
  expect(code).toBe(1);
});
