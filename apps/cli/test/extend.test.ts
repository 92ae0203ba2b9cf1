import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { listing, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { main } from '../src/main.js';
import { bin, callCli, miniFlags } from './support/cli.js';
import { readLines } from './support/read-lines.js';

const workspace = useWorkspace();
const short = ['--eval-freq', '3', '--dnn-hidden-units', '4', '--backend', 'wasm'];
const train = (out: string, ...flags: string[]) => [
  'train',
  'mlp-ndarray',
  ...miniFlags,
  ...short,
  ...flags,
  '--out',
  out,
];
const resume = (run: string, ...flags: string[]) => ['train', 'mlp-ndarray', '--resume', run, ...miniFlags, ...flags];
const configOf = async (run: string) => JSON.parse(await readFile(join(run, 'config.json'), 'utf8'));

/** Runs a command line in this process and interrupts it after an evaluation. */
async function interrupted(args: string[], after: string) {
  let stderr = '';
  const write = (text: string) => {
    stderr += text;
    if (text.startsWith(`${after}  test`)) process.emit('SIGINT', 'SIGINT');
  };
  const code = await main(args, { stdout: { write() {} }, stderr: { write } });
  expect(code, stderr).toBe(130);
  return stderr;
}

describe('a run that was extended', () => {
  it.runIf(process.platform !== 'win32')(
    'is continued to its new length by the very command that is printed',
    { timeout: 120_000 },
    async () => {
      const run = workspace("it's a run", '$x');
      expect((await callCli(...train(run, '--max-steps', '6'))).code).toBe(0);
      const stderr = await interrupted(resume(run, '--max-steps', '20', '--backend', 'cpu', '--offline'), 'step 9');
      const command = /^Go on with: npx cifarlab (.*)$/m.exec(stderr)![1]!;
      expect(command).toMatch(/ --data-dir .*cifar10-mini --allow-unverified --offline --backend cpu$/);
      await promisify(execFile)('/bin/sh', ['-c', `"$0" "$1" ${command}`, process.execPath, bin]);

      const config = await configOf(run);
      expect(config.settings.maxSteps).toBe(20);
      expect(config.changes).toEqual([
        { time: expect.any(String), step: 6, settings: { maxSteps: { before: 6, after: 20 } } },
      ]);
      const long = workspace('long');
      expect((await callCli(...train(long, '--max-steps', '20'))).code).toBe(0);
      expect((await readLines(run)).filter(({ event }) => event === 'train')).toEqual(
        (await readLines(long)).filter(({ event }) => event === 'train'),
      );
    },
  );

  it('by a version that did not record it says what to give', async () => {
    const run = workspace('early');
    expect((await callCli(...train(run, '--max-steps', '8'))).code).toBe(0);
    const config = await configOf(run);
    await writeFile(
      join(run, 'config.json'),
      JSON.stringify({ ...config, settings: { ...config.settings, maxSteps: 5 } }),
    );
    const refused = await callCli(...resume(run));
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /has done 8 steps, more than the 5 that its config\.json records; say with --max-steps/,
    );
    expect((await callCli(...resume(run, '--max-steps', '9'))).code).toBe(0);
    expect((await callCli(...resume(run))).code).toBe(0);
  });

  it('and cannot be, stays as it was', async () => {
    const run = workspace('refused');
    expect((await callCli(...train(run, '--max-steps', '6'))).code).toBe(0);
    const before = await readFile(join(run, 'config.json'), 'utf8');
    const refused = await callCli(
      'train',
      'mlp-ndarray',
      '--resume',
      run,
      '--max-steps',
      '9',
      '--data-dir',
      workspace(),
    );
    expect(refused.code).toBe(1);
    expect(await readFile(join(run, 'config.json'), 'utf8')).toBe(before);
    expect(await listing(run)).not.toContain('run.lock');
  });
});

describe('a suggested command', () => {
  it('to continue the run that is in the way has the data flags that were given', async () => {
    const run = workspace("in the way, it's");
    expect((await callCli(...train(run, '--max-steps', '4'))).code).toBe(0);
    const { code, stderr } = await callCli(...train(run, '--max-steps', '4'));
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /or continue the run in it: npx cifarlab train mlp-ndarray --resume '.*in the way, it'\\''s' --data-dir \S+ --allow-unverified$/m,
    );
    const other = await callCli('train', 'mlp', '--resume', run, ...miniFlags, '--backend', 'wasm');
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(
      /use: npx cifarlab train mlp-ndarray --resume '.*in the way, it'\\''s' --data-dir \S+ --allow-unverified$/m,
    );
  });
});

it('a schedule of a new length is warned of, in the words of the flags', async () => {
  const run = workspace('stretched');
  const flags = ['--schedule', 'cosine', '--learning-rate', '0.1', '--init', 'he', '--max-steps', '8'];
  expect((await callCli(...train(run, ...flags))).code).toBe(0);
  const { code, stderr } = await callCli(...resume(run, '--max-steps', '12'));
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(
    /^warning: --schedule cosine spans 12 steps now, and spanned 8 for the 8 steps that are done: .*; --schedule-steps 8 keeps the schedule as it was$/m,
  );
});

it('a length of a schedule without one is refused', async () => {
  const refused = await callCli(...train(workspace('none'), '--schedule-steps', '4'));
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/--schedule-steps 4 has no effect on --schedule constant; leave it out/);
});
