import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePlan } from '../src/sweep/plan.js';
import type { SweepSummary } from '../src/sweep/summary.js';
import { sweep } from '../src/sweep/sweep.js';
import { parseSweepFile } from '../src/sweep/sweep-file.js';
import type { Trial } from '../src/sweep/trial.js';
import type { TrialOutcome, TrialRunner } from '../src/sweep/trial-runner.js';
import { miniDataset } from './support/cli.js';
import { failure, fakeRunner, madeWith } from './support/fake-runner.js';
import { listing, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const settings = { 'validation-size': 40, 'max-steps': 7 };
const three = { model: 'mlp', settings, grid: { momentum: [0, 0.5, 0.9] }, seeds: [1, 2] };

interface Choices {
  file?: object;
  test?: boolean;
  json?: boolean;
  jobs?: number;
  dataDir?: string;
}

/** Sweeps with trials that only pretend. */
async function run(
  name: string,
  runner: TrialRunner,
  { file = three, test = true, json = false, jobs = 1, dataDir = miniDataset }: Choices = {},
) {
  const plan = makePlan(parseSweepFile(JSON.stringify(file), 'my.json'));
  let stdout = '';
  let stderr = '';
  const io = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
  };
  const data = { dataDir, offline: true, allowUnverified: true };
  const code = await sweep({ ...data, plan, out: workspace(name), runner, jobs, threads: 2, test, json }, io);
  return { code, stdout, stderr };
}

const summaryOf = async (name: string) =>
  JSON.parse(await readFile(workspace(name, 'summary.json'), 'utf8')) as SweepSummary;
const momentumOf = ({ configuration }: Trial) => (configuration.settings as unknown as { momentum: number }).momentum;

describe('sweep', () => {
  it('selects by the mean validation accuracy alone, and looks at the test images of the selected only', async () => {
    // The one with the lower validation accuracy would be far better on the test images, and so would single seeds.
    const validation: Record<string, number[]> = { 0: [0.5, 0.52], 0.5: [0.6, 0.3], 0.9: [0.54, 0.5] };
    const runner = fakeRunner(
      (trial) => validation[momentumOf(trial)]![trial.seed - 1]!,
      (trial) => (momentumOf(trial) === 0.9 ? [0.4, 0.44][trial.seed - 1]! : 0.99),
    );
    const { code, stdout, stderr } = await run('selects', runner);
    expect(code).toBe(0);
    expect(runner.calls).toEqual([
      ...['train momentum 0 1', 'train momentum 0.5 1', 'train momentum 0.9 1'],
      ...['train momentum 0 2', 'train momentum 0.5 2', 'train momentum 0.9 2'],
      ...['test momentum 0.9 1', 'test momentum 0.9 2'],
    ]);
    expect(stdout.replaceAll(/\d+\.\d s/g, 'T')).toBe(
      [
        'configuration  seeds  validation  deviation   time',
        'momentum 0.9       2      0.5200     0.0283  T',
        'momentum 0         2      0.5100     0.0141  T',
        'momentum 0.5       2      0.4500     0.2121  T',
        'selected: momentum 0.9',
        'test accuracy 0.4200 ± 0.0283 over 2 seeds',
        `summary ${workspace('selects', 'summary.md')}`,
        '',
      ].join('\n'),
    );
    expect(stderr).toContain('1/6  done     momentum 0, seed 1  validation accuracy 0.5000 at step 5');
    const { selected, test, configurations, trials, ...rest } = await summaryOf('selects');
    expect(selected).toBe(configurations[0]!.id);
    expect(test!.accuracies).toEqual([0.4, 0.44]);
    expect(test!.mean).toBeCloseTo(0.42, 12);
    expect(test!.deviation).toBeCloseTo(0.02 * Math.SQRT2, 12);
    expect(configurations.map(({ accuracies }) => accuracies)).toEqual([
      [0.54, 0.5],
      [0.5, 0.52],
      [0.6, 0.3],
    ]);
    expect(configurations[0]!.deviation).toBeCloseTo(0.02 * Math.SQRT2, 12);
    expect(trials.map(({ seed, accuracy, status }) => [seed, accuracy, status])).toContainEqual([2, 0.3, 'done']);
    expect(rest).toMatchObject({ model: 'mlp', seeds: [1, 2], madeWith: [madeWith], jobs: 1, threads: 2 });
    expect(rest.seconds).toBeLessThan(rest.wallSeconds);
  });

  it('keeps what is trained and tested, and trains what a changed file adds', async () => {
    const validation = (trial: Trial) => momentumOf(trial) / 2;
    await run('adds', fakeRunner(validation), { file: { ...three, grid: { momentum: [0, 0.5] } } });
    const again = fakeRunner(validation);
    await run('adds', again, { file: { ...three, grid: { momentum: [0.5, 0] } } });
    expect(again.calls).toEqual([]);
    // In another form, with one more configuration, and one more seed.
    const list = [{ momentum: 0.9 }, { momentum: 0.5, flip: false }, {}];
    const more = fakeRunner(validation);
    const { stderr } = await run('adds', more, { file: { model: 'mlp', settings, list, seeds: [3, 1, 2] } });
    expect(more.calls.filter((call) => call.startsWith('train'))).toEqual([
      ...['train momentum 0.9 3', 'train momentum 0.5 3', 'train base 3'],
      ...['train momentum 0.9 1', 'train momentum 0.9 2'],
    ]);
    expect(stderr).toMatch(/kept +base, seed 1 +validation accuracy 0.0000 at step 5/);
    const { configurations } = await summaryOf('adds');
    expect(configurations.map(({ name, seeds }) => [name, seeds])).toEqual([
      ['momentum 0.9', [3, 1, 2]],
      ['momentum 0.5', [3, 1, 2]],
      ['base', [3, 1, 2]],
    ]);
  });

  it('with --no-test leaves the test images alone', async () => {
    const runner = fakeRunner(momentumOf);
    const { code, stdout } = await run('no test', runner, { test: false });
    expect(code).toBe(0);
    expect(runner.calls.filter((call) => call.startsWith('test'))).toEqual([]);
    expect(stdout).toContain('selected: momentum 0.9');
    expect(stdout).not.toContain('test accuracy');
    expect((await summaryOf('no test')).test).toBeNull();
  });

  it('records a failed trial, goes on with the others, does not select its configuration, and ends with 1', async () => {
    const best = (trial: Trial) => momentumOf(trial) === 0.9;
    const runner = fakeRunner((trial) => (best(trial) && trial.seed === 2 ? failure : momentumOf(trial)));
    const { code, stdout, stderr } = await run('fails', runner, { jobs: 2 });
    expect(code).toBe(1);
    expect(stderr).toMatch(/failed +momentum 0.9, seed 2 +\(exit code 1\) error: The training loss is NaN at step 7/);
    expect(stdout).toMatch(/^momentum 0.9 +1 of 2 +0.9000 +- /m);
    expect(stdout).toContain('failed: momentum 0.9, seed 2 (exit code 1) error: The training loss is NaN at step 7');
    expect(stdout).toContain('selected: momentum 0.5');
    const { trials, configurations } = await summaryOf('fails');
    expect(trials.filter(({ status }) => status === 'failed')).toMatchObject([
      { seed: 2, accuracy: null, failure: { exitCode: 1, lastLines: ['step 7 …', expect.stringContaining('NaN')] } },
    ]);
    expect(configurations[0]).toMatchObject({ name: 'momentum 0.9', seeds: [1], failed: [2] });
    // Once more, it is trained to its end.
    const again = fakeRunner(momentumOf);
    expect((await run('fails', again)).stdout).toContain('selected: momentum 0.9');
    expect(again.calls).toEqual(['train momentum 0.9 2', 'test momentum 0.9 1', 'test momentum 0.9 2']);
  });

  it('escapes in its page what others have written', async () => {
    const strange: TrialOutcome = {
      status: 'failed',
      failure: { exitCode: 1, signal: null, lastLines: ['\u001b[31m\u202e'] },
    };
    await run(
      'strange',
      fakeRunner(() => strange),
    );
    const page = await readFile(workspace('strange', 'summary.md'), 'utf8');
    expect(page).toContain('\\u001b[31m\\u202e');
    for (const mark of ['\u001b', '\u202e']) expect(page).not.toContain(mark);
  });

  it('selects none when every configuration has a failed trial', async () => {
    const runner = fakeRunner(() => failure);
    const { code, stdout } = await run('all fail', runner);
    expect(code).toBe(1);
    expect(runner.calls).toHaveLength(6);
    expect(stdout).toContain('selected: none, because every configuration failed with at least one seed');
    expect(await summaryOf('all fail')).toMatchObject({ selected: null, test: null, madeWith: [] });
  });

  it('says so when the selected configuration cannot be tested', async () => {
    const runner = fakeRunner(momentumOf, ({ seed }) => (seed === 2 ? failure : 0.5));
    const { code, stdout } = await run('test fails', runner);
    expect(code).toBe(1);
    expect(stdout).toContain('test accuracy 0.5000 over 1 seed\n');
    expect(stdout).toContain('not tested: seed 2 (exit code 1) error: The training loss is NaN at step 7');
    expect((await summaryOf('test fails')).test!.failed).toMatchObject([{ seed: 2 }]);

    const none = await run(
      'no test comes through',
      fakeRunner(momentumOf, () => failure),
    );
    expect(none.code).toBe(1);
    expect(none.stdout).not.toContain('test accuracy');
    expect(none.stdout).toMatch(/not tested: seed 1 .*\nnot tested: seed 2 /);
  });

  it('takes a single configuration as it is, without validation images too', async () => {
    const untold = { status: 'done', result: { steps: 7, stop: 'max-steps', best: null, madeWith } } as const;
    const runner = fakeRunner(
      () => untold,
      ({ seed }) => seed / 10,
    );
    const file = { model: 'convnet', settings: { 'max-steps': 7 }, seeds: [1, 2, 3] };
    const { code, stdout } = await run('single', runner, { file });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^convnet +3 +- +- /m);
    expect(await listing(workspace('single'))).not.toContain('summary.svg');
    expect(stdout).toContain('selected: convnet\ntest accuracy 0.2000 ± 0.1000 over 3 seeds');
  });

  it('starts a trial again that left no checkpoint to go on from', async () => {
    const interrupted = fakeRunner(() => ({ status: 'interrupted' }));
    await run('damaged', interrupted);
    const trials = workspace('damaged', 'trials');
    const last = (await listing(trials)).find((name) => name.endsWith(join('checkpoints', 'last')))!;
    await writeFile(join(trials, last, 'state.json'), 'lost');
    const again = fakeRunner(momentumOf);
    expect((await run('damaged', again)).code).toBe(0);
    expect(again.calls.filter((call) => !call.startsWith('test'))).toEqual(interrupted.calls);
    expect(await listing(trials)).not.toContain(join(last, 'state.json'));
    const aside = last.replace(join('checkpoints', 'last'), '').replace(/[\\/]$/, '.old-1');
    expect(await readFile(join(trials, aside, 'checkpoints', 'last', 'state.json'), 'utf8')).toBe('lost');
  });

  it('refuses results of other images', async () => {
    await run('data', fakeRunner(momentumOf));
    const trials = workspace('data', 'trials');
    const file = (await listing(trials)).find((name) => name.endsWith('seed-1.json'))!;
    const text = await readFile(join(trials, file), 'utf8');
    await writeFile(join(trials, file), text.replace(/"data": ".*?"/, '"data": "0123456789abcdef"'));
    await expect(run('data', fakeRunner(momentumOf))).rejects.toThrow(
      /seed-1\.json is of a trial on other images; choose another folder with --out, or give the same --data-dir/,
    );
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['null', () => 'null', /seed-1\.json as a whole must be an object, and is null; correct it there, or remove/],
    ['no JSON', () => '{', /seed-1\.json is not valid JSON \(.*\); correct it there, or remove the file/],
    ['an unknown status', (text) => text.replace('"done"', '"idle"'), /"status" must be "running", .*, and is "idle"/],
    [
      'an accuracy of 2',
      (text) => text.replace(/"accuracy": [\d.]+/, '"accuracy": 2'),
      /"result\.best\.accuracy" must be/,
    ],
    [
      'no seconds',
      (text) => text.replace(/"seconds": [\d.e-]+/, '"seconds": null'),
      /"seconds" must be a number of 0 or more/,
    ],
    ['no machine', (text) => text.replace('"machine"', '"engin"'), /"result\.madeWith\.machine" is missing/],
  ])('names what is wrong in the record of a trial: %s', async (name, alter, message) => {
    const out = `record-${name.replaceAll(' ', '-')}`;
    await run(out, fakeRunner(momentumOf));
    const trials = workspace(out, 'trials');
    const file = (await listing(trials)).find((path) => path.endsWith('seed-1.json'))!;
    await writeFile(join(trials, file), alter(await readFile(join(trials, file), 'utf8')));
    await expect(run(out, fakeRunner(momentumOf))).rejects.toThrow(message);
  });

  it('says what is wrong with the dataset before any trial', async () => {
    const runner = fakeRunner(momentumOf);
    await expect(run('nowhere', runner, { dataDir: workspace('nowhere') })).rejects.toThrow();
    expect(runner.calls).toEqual([]);
  });

  it('that cannot begin takes its folders back, but not what was there', async () => {
    const nowhere = { dataDir: workspace('no', 'data') };
    await expect(
      run(
        join('exp', 'deep', 'sweep'),
        fakeRunner(() => 0.5),
        nowhere,
      ),
    ).rejects.toThrow(/no.data/);
    expect(await listing(workspace())).not.toContain('exp');
    await mkdir(workspace('exp', 'mine'), { recursive: true });
    await expect(
      run(
        join('exp', 'mine'),
        fakeRunner(() => 0.5),
        nowhere,
      ),
    ).rejects.toThrow(/no.data/);
    expect(await listing(workspace('exp'))).toEqual(['mine']);
  });

  it('says before any trial that its note of the time is not a file', async () => {
    await mkdir(workspace('noted', 'wall-seconds'), { recursive: true });
    const runner = fakeRunner(() => 0.5);
    await expect(run('noted', runner)).rejects.toThrow(
      `${workspace('noted', 'wall-seconds')} cannot be read (${workspace('noted', 'wall-seconds')} is a folder where a file is expected; check the path); remove it`,
    );
    expect(runner.calls).toEqual([]);
  });

  it('lets one sweep at a time into a folder', async () => {
    let second: Promise<unknown> | undefined;
    const first = fakeRunner(() => async () => {
      second ??= run('locked', fakeRunner(momentumOf)).catch((error: Error) => error);
      await second;
      return 0.5;
    });
    expect((await run('locked', first)).code).toBe(0);
    expect(await second).toMatchObject({
      name: 'CliError',
      message: expect.stringMatching(/^another sweep runs in .*; wait for its end/),
    });
  });

  it('prints the summary as JSON', async () => {
    const { stdout } = await run('json', fakeRunner(momentumOf), { json: true });
    expect(JSON.parse(stdout)).toEqual(await summaryOf('json'));
  });

  it('writes tables of configurations and of trials', async () => {
    await run('tables', fakeRunner(momentumOf));
    const lines = async (name: string) => (await readFile(workspace('tables', name), 'utf8')).split('\r\n');
    const flags = '--validation-size=40 --max-steps=7';
    const summary = await lines('summary.csv');
    expect(summary).toHaveLength(5);
    expect(summary[1]).toMatch(
      new RegExp(`^[0-9a-f]{10},momentum 0.9,${flags} --momentum=0.9,2,0,0.9,0,[\\d.]+,yes,0.5,0$`),
    );
    expect(summary[2]).toMatch(/,no,,$/);
    const trials = await lines('trials.csv');
    expect(trials).toHaveLength(8);
    expect(trials[1]).toMatch(/^[0-9a-f]{10},momentum 0,1,done,7,5,0,,[\d.]+,trials\/momentum-0-[0-9a-f]{10}\/seed-1$/);
    // Of the selected configuration alone.
    expect(trials.filter((line) => /,done,7,5,[\d.]+,0\.5,/.test(line)).map((line) => line.split(',')[1])).toEqual([
      'momentum 0.9',
      'momentum 0.9',
    ]);
    const page = await readFile(workspace('tables', 'summary.md'), 'utf8');
    expect(page).toContain('| momentum 0.9 | 2 | 0.9000 | 0.0000 |');
    const chart = await readFile(workspace('tables', 'summary.svg'), 'utf8');
    expect(chart).toContain('validation accuracy (%): momentum 0.9 90.00 ± 0.00 (2 values); momentum 0.5 50.00');
    expect((await readFile(workspace('tables', 'summary.png'))).subarray(1, 4).toString()).toBe('PNG');
    expect(page).toContain('Made with fake on an abacus, 2 cores, 1 GiB: node 20.19.0.');
  });
});

describe('an interrupt', () => {
  const untilInterrupted = (signal: AbortSignal) =>
    new Promise<{ status: 'interrupted' }>((resolve) =>
      signal.addEventListener('abort', () => resolve({ status: 'interrupted' })),
    );

  it('ends the running trials and starts no more; the same command again continues them', async () => {
    const runner = fakeRunner((trial) => {
      if (momentumOf(trial) === 0) return 0;
      if (momentumOf(trial) === 0.9) setTimeout(() => process.emit('SIGINT', 'SIGINT'));
      return untilInterrupted;
    });
    const { code, stdout, stderr } = await run('interrupted', runner, { jobs: 2 });
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(runner.calls).toHaveLength(3);
    expect(stderr).toMatch(/^Interrupted: running trials finish their step and save \(again to stop at once\) …$/m);
    expect(stderr).toMatch(/stopped +momentum 0.9, seed 1\n/);
    expect(stderr).toMatch(/^Interrupted: run the same command again to continue\.$/m);
    expect(await listing(workspace('interrupted'))).not.toContain('sweep.lock');

    const again = fakeRunner(momentumOf);
    expect((await run('interrupted', again)).code).toBe(0);
    expect(again.calls).not.toContain('train momentum 0 1');
    expect(again.calls.filter((call) => call.startsWith('train'))).toHaveLength(5);
  });

  it('while the selected configuration is tested leaves the summary for the next time', async () => {
    const interrupted = fakeRunner(momentumOf, ({ seed }) => {
      if (seed === 2) setTimeout(() => process.emit('SIGINT', 'SIGINT'));
      return seed === 2 ? untilInterrupted : 0.5;
    });
    expect((await run('late', interrupted)).code).toBe(130);
    expect(await listing(workspace('late'))).not.toContain('summary.json');
    const again = fakeRunner(momentumOf);
    expect((await run('late', again)).code).toBe(0);
    expect(again.calls).toEqual(['test momentum 0.9 2']);
  });
});
