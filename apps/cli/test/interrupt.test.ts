import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { main } from '../src/main.js';
import { callCli, miniDataset, miniFlags } from './support/cli.js';
import { listing, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const short = ['--max-steps', '6', '--eval-freq', '3', '--dnn-hidden-units', '4'];
const train = (out: string, model = 'mlp-ndarray') => ['train', model, ...miniFlags, ...short, '--out', out];
const interrupt = () => process.emit('SIGINT', 'SIGINT');

let stopListening = () => {};
afterEach(() => stopListening());

/** Interrupts this process when the program listens for the nth time: in preparing, then in training. */
function interruptAt(nth: number): void {
  let count = 0;
  const onListener = (name: string | symbol) => {
    if (name === 'SIGINT' && ++count === nth) queueMicrotask(interrupt);
  };
  process.on('newListener', onListener);
  stopListening = () => process.off('newListener', onListener);
}

describe('an interrupt', () => {
  it.each([
    ['while the dataset is loaded', 1],
    ['before the first step', 2],
  ])('%s takes the new folder back', async (name, nth) => {
    interruptAt(nth);
    const { code, stdout, stderr } = await callCli(...train(workspace(name, 'run')));
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/^Interrupted before the first step: nothing is kept\.$/m);
    expect(await listing(workspace())).toEqual([]);
  });

  it('before the first step leaves a folder that was there, empty', async () => {
    await mkdir(workspace('mine'));
    interruptAt(2);
    expect((await callCli(...train(workspace('mine')), '--quiet')).stderr).toBe('');
    expect(await listing(workspace('mine'))).toEqual([]);
  });

  it('while a run to be extended loads the dataset leaves that run as it was', async () => {
    const run = workspace('extended');
    expect((await callCli(...train(run))).code).toBe(0);
    const files = async () => {
      const names = (await listing(run)).filter((name) => /\.(json|jsonl)$/.test(name));
      return Promise.all(names.map(async (name) => [name, await readFile(join(run, name), 'utf8')]));
    };
    const before = await files();
    interruptAt(1);
    const { code, stderr } = await callCli('train', 'mlp-ndarray', '--resume', run, ...miniFlags, '--max-steps', '9');
    expect(code).toBe(130);
    expect(stderr).toMatch(/^Interrupted before the next step: the run is as it was; run the same command again/m);
    expect(await files()).toEqual(before);
    expect(await listing(run)).not.toContain('run.lock');
  });

  it.each(['mlp-ndarray', 'mlp'])('in training %s ends with 130, a checkpoint and the way on', async (model) => {
    const run = workspace(`late ${model}`);
    let stderr = '';
    const write = (text: string) => {
      stderr += text;
      if (text.startsWith('step 1  test')) interrupt();
    };
    const code = await main(train(run, model), { stdout: { write() {} }, stderr: { write } });
    expect(code).toBe(130);
    expect(stderr).toMatch(/^Interrupted: finishing the step and saving/m);
    const quoted = `'${run}' --data-dir ${miniDataset} --allow-unverified`;
    expect(stderr).toContain(`Go on with: npx cifarlab train ${model} --resume ${quoted}\n`);
    const resumed = await callCli('train', model, '--resume', run, ...miniFlags, '--json');
    expect(JSON.parse(resumed.stdout)).toMatchObject({ stop: 'max-steps', step: 6 });
  });
});
