import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { listing, miniDataset, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { main } from '../src/main.js';
import { callCli, miniFlags, type Outcome } from './support/cli.js';

const workspace = useWorkspace();
const short = ['--max-steps', '6', '--eval-freq', '3', '--dnn-hidden-units', '4'];
const train = (out: string, model = 'mlp-ndarray') => ['train', model, ...miniFlags, ...short, '--out', out];
const interrupt = () => process.emit('SIGINT', 'SIGINT');

let stopListening = () => {};
afterEach(() => stopListening());

/** Interrupts this process when the program begins to listen: in preparing. */
function interruptAtOnce(): void {
  const onListener = (name: string | symbol) => {
    if (name !== 'SIGINT') return;
    stopListening();
    queueMicrotask(interrupt);
  };
  process.on('newListener', onListener);
  stopListening = () => process.off('newListener', onListener);
}

/** Runs a command line in this process and interrupts it when it prints a line that begins so. */
async function interrupted(args: string[], start: string): Promise<Outcome> {
  let [stdout, stderr] = ['', ''];
  const write = (text: string) => {
    stderr += text;
    if (text.startsWith(start)) interrupt();
  };
  const code = await main(args, { stdout: { write: (text) => (stdout += text) }, stderr: { write } });
  return { code, stdout, stderr };
}

describe('an interrupt', () => {
  it('while the dataset is loaded takes the new folder back', async () => {
    interruptAtOnce();
    const { code, stdout, stderr } = await callCli(...train(workspace('loading', 'run')));
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/^Interrupted before the first step: nothing is kept\.$/m);
    expect(await listing(workspace())).toEqual([]);
  });

  it('before the first step takes the new folder back', async () => {
    const { code, stdout, stderr } = await interrupted(train(workspace('first', 'run')), 'run folder');
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/^Interrupted before the first step: nothing is kept\.$/m);
    expect(await listing(workspace())).toEqual([]);
  });

  it('before the first step leaves a folder that was there, empty', async () => {
    await mkdir(workspace('mine'));
    expect((await interrupted(train(workspace('mine')), 'run folder')).code).toBe(130);
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
    interruptAtOnce();
    const { code, stderr } = await callCli('train', 'mlp-ndarray', '--resume', run, ...miniFlags, '--max-steps', '9');
    expect(code).toBe(130);
    expect(stderr).toMatch(/^Interrupted before the next step: the run is as it was; run the same command again/m);
    expect(await files()).toEqual(before);
    expect(await listing(run)).not.toContain('run.lock');
  });

  it.each(['mlp-ndarray', 'mlp'])('in training %s ends with 130, a checkpoint and the way on', async (model) => {
    const run = workspace(`late ${model}`);
    const { code, stderr } = await interrupted(train(run, model), 'step 1  test');
    expect(code).toBe(130);
    expect(stderr).toMatch(/^Interrupted: finishing the step and saving/m);
    const quoted = `'${run}' --data-dir ${miniDataset} --allow-unverified`;
    expect(stderr).toContain(`Go on with: npx cifarlab train ${model} --resume ${quoted}\n`);
    const resumed = await callCli('train', model, '--resume', run, ...miniFlags, '--json');
    expect(JSON.parse(resumed.stdout)).toMatchObject({ stop: 'max-steps', step: 6 });
  });
});
