import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { main } from '../src/main.js';
import { bin, callCli, miniFlags, spawnCli } from './support/cli.js';
import { expectSameRun, pastCheckpoint, savedStep } from './support/stopped-run.js';
import { listing, readLines, useWorkspace } from './support/workspace.js';

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
    { timeout: 60_000 },
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

  it('keeps every change, also to fewer steps, and records none that is none', async () => {
    const run = workspace('changes');
    expect((await callCli(...train(run, '--max-steps', '4'))).code).toBe(0);
    const original = await configOf(run);
    expect(original).not.toHaveProperty('changes');
    for (const steps of ['4', '9', '9']) expect((await callCli(...resume(run, '--max-steps', steps))).code).toBe(0);
    await interrupted(resume(run, '--max-steps', '30'), 'step 12');
    expect((await callCli(...resume(run, '--max-steps', '15'))).code).toBe(0);
    const { changes, ...rest } = await configOf(run);
    expect(changes.map(({ step, settings }: { step: number; settings: object }) => [step, settings])).toEqual([
      [4, { maxSteps: { before: 4, after: 9 } }],
      [9, { maxSteps: { before: 9, after: 30 } }],
      [12, { maxSteps: { before: 30, after: 15 } }],
    ]);
    expect(rest).toEqual({ ...original, settings: { ...original.settings, maxSteps: 15 } });
  });

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

describe('a schedule that spans the run', () => {
  it.each(['cosine', 'step', 'one-cycle'])('%s: a new length is warned of, and can be left out', async (schedule) => {
    const whole = workspace(`${schedule} whole`);
    const flags = ['--schedule', schedule, '--learning-rate', '0.1', '--init', 'he'];
    const spans = ['--schedule-steps', '8'];
    expect((await callCli(...train(whole, ...flags, '--max-steps', '12', ...spans))).code).toBe(0);
    for (const [name, more] of [
      ['stretched', []],
      ['kept', spans],
    ] as const) {
      const run = workspace(`${schedule} ${name}`);
      expect((await callCli(...train(run, ...flags, '--max-steps', '8'))).code).toBe(0);
      const { code, stderr } = await callCli(...resume(run, '--max-steps', '12', ...more));
      expect(code, stderr).toBe(0);
      const warned = `warning: --schedule ${schedule} spans 12 steps now, and spanned 8 for the 8 steps that are done`;
      expect(stderr.includes(warned)).toBe(name === 'stretched');
      if (name === 'stretched') expect(stderr).toContain('--schedule-steps 8 keeps the schedule as it was');
      const numbers = async (folder: string) => (await readLines(folder)).filter(({ event }) => event === 'train');
      const isSame = JSON.stringify(await numbers(run)) === JSON.stringify(await numbers(whole));
      expect(isSame).toBe(name === 'kept');
      // The length is in the record: nothing changes any more, so there is nothing to warn of.
      const again = await callCli(...resume(run));
      expect([again.code, again.stderr.includes('warning')]).toEqual([0, false]);
    }
  });

  it('constant has no length', async () => {
    const run = workspace('constant');
    expect((await callCli(...train(run, '--max-steps', '4'))).code).toBe(0);
    const longer = await callCli(...resume(run, '--max-steps', '6'));
    expect([longer.code, longer.stderr.includes('warning')]).toEqual([0, false]);
    const refused = await callCli(...train(workspace('none'), '--schedule-steps', '4'));
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/--schedule-steps 4 has no effect on --schedule constant; leave it out/);
  });
});

describe('a run that is killed before its second evaluation', () => {
  it.runIf(process.platform !== 'win32').each([
    ['continues from step 1', ['--checkpoint-minutes', '0'], (step: number) => step === 1],
    ['continues from where the clock had it saved', ['--checkpoint-minutes', '0.001'], (step: number) => step > 1],
  ])('%s', { timeout: 60_000 }, async (name, flags, wanted) => {
    await expectSameAfterKill(name, 'mlp-ndarray', ['--momentum', '0.9', '--backend', 'wasm'], flags, wanted);
  });

  it.runIf(process.platform !== 'win32')('with all that is random continues too', { timeout: 120_000 }, async () => {
    const random = [
      ...['--dropout', '0.3', '--norm', 'batch', '--optimizer', 'adam', '--schedule', 'cosine'],
      ...['--flip', '--crop', '4', '--cutout', '8', '--batch-order', 'epoch', '--early-stopping', '9'],
    ];
    const isMidEpoch = (step: number) => step > 1 && step % 3 !== 0;
    await expectSameAfterKill('random', 'mlp', random, ['--checkpoint-minutes', '0.001'], isMidEpoch);
  });

  async function expectSameAfterKill(
    name: string,
    model: string,
    settings: string[],
    flags: string[],
    wanted: (step: number) => boolean,
  ) {
    const long = ['--max-steps', '400', '--eval-freq', '399', '--validation-size', '40', '--dnn-hidden-units', '4'];
    const args = (out: string) => ['train', model, ...miniFlags, ...long, ...settings, '--out', out];
    const whole = workspace(`${name} whole`);
    expect((await spawnCli(args(whole)).ended).code).toBe(0);
    const run = workspace(name);
    const { child, ended } = spawnCli([...args(run), ...flags]);
    await pastCheckpoint(run, child, wanted);
    child.kill('SIGKILL');
    await ended;
    expect(wanted(await savedStep(run))).toBe(true);
    expect((await spawnCli(['train', model, '--resume', run, ...miniFlags]).ended).code).toBe(0);
    await expectSameRun(run, whole);
    expect(await listing(run)).toEqual(await listing(whole));
  }
});
