import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listing, miniDataset, useWorkspace } from '../../experiment/test/support/workspace.js';
import {
  parseSweepFile,
  planSweep,
  runSweep,
  SweepError,
  type SweepEvent,
  type SweepSummary,
  selectionLines,
  summaryTable,
  type Trial,
  type TrialOutcome,
  type TrialRunner,
} from '../src/index.js';
import { failure, fakeRunner, madeWith } from './support/fake-runner.js';

const workspace = useWorkspace();
const settings = { 'validation-size': 40, 'max-steps': 7 };
const three = { model: 'mlp', settings, grid: { momentum: [0, 0.5, 0.9] }, seeds: [1, 2] };

interface Choices {
  file?: object;
  test?: boolean;
  jobs?: number;
  dataDir?: string;
  interrupt?: AbortController;
}

/** Sweeps with trials that only pretend. */
async function run(
  name: string,
  runner: TrialRunner,
  { file = three, test = true, jobs = 1, dataDir = miniDataset, interrupt = new AbortController() }: Choices = {},
) {
  const plan = planSweep(parseSweepFile(JSON.stringify(file), 'my.json'));
  const data = { dataDir, offline: true, allowUnverified: true };
  const { signal } = interrupt;
  const sweep = runSweep({ plan, out: workspace(name), runner, jobs, threads: 2, data, test, signal });
  const events: SweepEvent[] = [];
  for await (const event of sweep) events.push(event);
  const end = await sweep.result;
  const lines = end.status === 'done' ? selectionLines(end.summary) : [];
  const rows = end.status === 'done' ? summaryTable(end.summary).rows.map((row) => row.slice(0, 4)) : [];
  return { end, events, lines, rows, failures: end.status === 'done' ? end.failures : undefined };
}

/** Returns the events of trials as texts: `started momentum 0.5 1`. */
const told = (events: readonly SweepEvent[]) =>
  events.flatMap((event) =>
    'trial' in event ? `${event.type} ${event.trial.configuration.name} ${event.trial.seed}` : [],
  );

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
    const { failures, rows, lines, events } = await run('selects', runner);
    expect(failures).toBe(0);
    expect(runner.calls).toEqual([
      ...['train momentum 0 1', 'train momentum 0.5 1', 'train momentum 0.9 1'],
      ...['train momentum 0 2', 'train momentum 0.5 2', 'train momentum 0.9 2'],
      ...['test momentum 0.9 1', 'test momentum 0.9 2'],
    ]);
    expect(rows).toEqual([
      ['momentum 0.9', '2', '0.5200', '0.0283'],
      ['momentum 0', '2', '0.5100', '0.0141'],
      ['momentum 0.5', '2', '0.4500', '0.2121'],
    ]);
    expect(lines).toEqual(['selected: momentum 0.9', 'test accuracy 0.4200 ± 0.0283 over 2 seeds']);
    expect(told(events).slice(0, 4)).toEqual([
      ...['started momentum 0 1', 'progress momentum 0 1', 'ended momentum 0 1'],
      'started momentum 0.5 1',
    ]);
    expect(events.find(({ type }) => type === 'ended')).toMatchObject({
      record: { result: { best: { accuracy: 0.5 } } },
    });
    const types = events.map(({ type }) => type).filter((type) => type !== 'data');
    expect(types[0]).toBe('trials');
    expect(types.slice(-4)).toEqual(['selected', 'tested', 'tested', 'end']);
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
    const { events } = await run('adds', more, { file: { model: 'mlp', settings, list, seeds: [3, 1, 2] } });
    expect(more.calls.filter((call) => call.startsWith('train'))).toEqual([
      ...['train momentum 0.9 3', 'train momentum 0.5 3', 'train base 3'],
      ...['train momentum 0.9 1', 'train momentum 0.9 2'],
    ]);
    expect((await summaryOf('adds')).madeWith).toEqual([madeWith]);
    expect(told(events)).toContain('kept base 1');
    expect(events.find(({ type }) => type === 'kept')).toMatchObject({ record: { result: { best: { step: 5 } } } });
    const { configurations } = await summaryOf('adds');
    expect(configurations.map(({ name, seeds }) => [name, seeds])).toEqual([
      ['momentum 0.9', [3, 1, 2]],
      ['momentum 0.5', [3, 1, 2]],
      ['base', [3, 1, 2]],
    ]);
  });

  it('leaves the test images alone when told so', async () => {
    const runner = fakeRunner(momentumOf);
    const { failures, lines, events } = await run('no test', runner, { test: false });
    expect(failures).toBe(0);
    expect(runner.calls.filter((call) => call.startsWith('test'))).toEqual([]);
    expect(lines).toEqual(['selected: momentum 0.9']);
    expect(events.find(({ type }) => type === 'selected')).toMatchObject({ isTested: false });
    expect((await summaryOf('no test')).test).toBeNull();
  });

  it('records a failed trial, goes on with the others, and does not select its configuration', async () => {
    const best = (trial: Trial) => momentumOf(trial) === 0.9;
    const runner = fakeRunner((trial) => (best(trial) && trial.seed === 2 ? failure : momentumOf(trial)));
    const { failures, rows, lines, events } = await run('fails', runner, { jobs: 2 });
    expect(failures).toBe(1);
    expect(told(events)).toContain('ended momentum 0.9 2');
    expect(rows).toContainEqual(['momentum 0.9', '1 of 2', '0.9000', '-']);
    expect(lines).toContain('failed: momentum 0.9, seed 2 (exit code 1) error: The training loss is NaN at step 7');
    expect(lines).toContain('selected: momentum 0.5');
    const { trials, configurations } = await summaryOf('fails');
    expect(trials.filter(({ status }) => status === 'failed')).toMatchObject([
      { seed: 2, accuracy: null, failure: { exitCode: 1, lastLines: ['step 7 …', expect.stringContaining('NaN')] } },
    ]);
    expect(configurations[0]).toMatchObject({ name: 'momentum 0.9', seeds: [1], failed: [2] });
    // Once more, it is trained to its end.
    const again = fakeRunner(momentumOf);
    expect((await run('fails', again)).lines).toContain('selected: momentum 0.9');
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
    const { failures, lines } = await run('all fail', runner);
    expect(failures).toBe(6);
    expect(runner.calls).toHaveLength(6);
    expect(lines).toContain('selected: none, because every configuration failed with at least one seed');
    expect(await summaryOf('all fail')).toMatchObject({ selected: null, test: null, madeWith: [] });
  });

  it('says so when the selected configuration cannot be tested', async () => {
    const runner = fakeRunner(momentumOf, ({ seed }) => (seed === 2 ? failure : 0.5));
    const { failures, lines } = await run('test fails', runner);
    expect(failures).toBe(1);
    expect(lines).toContain('test accuracy 0.5000 over 1 seed');
    expect(lines).toContain('not tested: seed 2 (exit code 1) error: The training loss is NaN at step 7');
    expect((await summaryOf('test fails')).test!.failed).toMatchObject([{ seed: 2 }]);

    const none = await run(
      'no test comes through',
      fakeRunner(momentumOf, () => failure),
    );
    expect(none.failures).toBe(2);
    expect(none.lines).toEqual([
      'selected: momentum 0.9',
      ...[1, 2].map((seed) => expect.stringMatching(`^not tested: seed ${seed} `)),
    ]);
  });

  it('takes a single configuration as it is, without validation images too', async () => {
    const untold = { status: 'done', result: { steps: 7, stop: 'max-steps', best: null, madeWith } } as const;
    const runner = fakeRunner(
      () => untold,
      ({ seed }) => seed / 10,
    );
    const file = { model: 'convnet', settings: { 'max-steps': 7 }, seeds: [1, 2, 3] };
    const { failures, rows, lines } = await run('single', runner, { file });
    expect(failures).toBe(0);
    expect(rows).toEqual([['convnet', '3', '-', '-']]);
    expect(await listing(workspace('single'))).not.toContain('summary.svg');
    expect(lines).toEqual(['selected: convnet', 'test accuracy 0.2000 ± 0.1000 over 3 seeds']);
  });

  it('starts a trial again that left no checkpoint to go on from', async () => {
    const interrupted = fakeRunner(() => ({ status: 'interrupted' }));
    await run('damaged', interrupted);
    const trials = workspace('damaged', 'trials');
    const last = (await listing(trials)).find((name) => name.endsWith(join('checkpoints', 'last')))!;
    await writeFile(join(trials, last, 'state.json'), 'lost');
    const again = fakeRunner(momentumOf);
    expect((await run('damaged', again)).failures).toBe(0);
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
      /seed-1\.json is of a trial on other images; choose another folder with out, or give the same dataDir/,
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
    const begin = (name: string) =>
      run(
        name,
        fakeRunner(() => 0.5),
        nowhere,
      );
    await expect(begin(join('exp', 'deep', 'sweep'))).rejects.toThrow(/no.data/);
    expect(await listing(workspace())).not.toContain('exp');
    await mkdir(workspace('exp', 'mine'), { recursive: true });
    await expect(begin(join('exp', 'mine'))).rejects.toThrow(/no.data/);
    expect(await listing(workspace('exp'))).toEqual(['mine']);
  });

  it('says before any trial that its note of the time is not a file', async () => {
    const note = workspace('noted', 'wall-seconds');
    await mkdir(note, { recursive: true });
    const runner = fakeRunner(() => 0.5);
    const sweep = run('noted', runner);
    await expect(sweep).rejects.toThrow(SweepError);
    await expect(sweep).rejects.toMatchObject({ code: 'damaged', place: note, remedy: 'remove it' });
    expect(runner.calls).toEqual([]);
  });

  it('lets one sweep at a time into a folder', async () => {
    let second: Promise<unknown> | undefined;
    const first = fakeRunner(() => async () => {
      second ??= run('locked', fakeRunner(momentumOf)).catch((error: Error) => error);
      await second;
      return 0.5;
    });
    expect((await run('locked', first)).failures).toBe(0);
    expect(await second).toMatchObject({
      name: 'SweepError',
      code: 'in-use',
      message: expect.stringMatching(/^another sweep runs in .*; wait for its end/),
    });
  });

  it('gives the summary that it writes', async () => {
    const { end } = await run('json', fakeRunner(momentumOf));
    expect(end).toMatchObject({ status: 'done' });
    expect(end.status === 'done' && end.summary).toEqual(await summaryOf('json'));
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

  it('ends the running trials and starts no more; the same sweep again continues them', async () => {
    const interrupt = new AbortController();
    const runner = fakeRunner((trial) => {
      if (momentumOf(trial) === 0) return 0;
      if (momentumOf(trial) === 0.9) setTimeout(() => interrupt.abort());
      return untilInterrupted;
    });
    const { end, events } = await run('interrupted', runner, { jobs: 2, interrupt });
    expect(end).toEqual({ status: 'interrupted' });
    expect(runner.calls).toHaveLength(3);
    const stopped = events.filter((event) => event.type === 'ended' && event.record.status === 'interrupted');
    expect(told(stopped).sort()).toEqual(['ended momentum 0.5 1', 'ended momentum 0.9 1']);
    const left = await listing(workspace('interrupted'));
    expect(left).not.toContain('sweep.lock');
    expect(left).not.toContain('summary.json');

    const again = fakeRunner(momentumOf);
    expect((await run('interrupted', again)).failures).toBe(0);
    expect(again.calls).not.toContain('train momentum 0 1');
    expect(again.calls.filter((call) => call.startsWith('train'))).toHaveLength(5);
  });

  it('while the selected configuration is tested leaves the summary for the next time', async () => {
    const interrupt = new AbortController();
    const interrupted = fakeRunner(momentumOf, ({ seed }) => {
      if (seed === 2) setTimeout(() => interrupt.abort());
      return seed === 2 ? untilInterrupted : 0.5;
    });
    expect((await run('late', interrupted, { interrupt })).end.status).toBe('interrupted');
    expect(await listing(workspace('late'))).not.toContain('summary.json');
    const again = fakeRunner(momentumOf);
    expect((await run('late', again)).failures).toBe(0);
    expect(again.calls).toEqual(['test momentum 0.9 2']);
  });

  it('before the first trial leaves nothing', async () => {
    const interrupt = new AbortController();
    interrupt.abort();
    const runner = fakeRunner(momentumOf);
    expect((await run('early', runner, { interrupt })).end.status).toBe('interrupted');
    expect(runner.calls).toEqual([]);
    expect(await listing(workspace())).not.toContain('early');
  });

  it('is what leaving the events comes to', async () => {
    const plan = planSweep(three);
    const runner = fakeRunner(() => untilInterrupted);
    const data = { dataDir: miniDataset, offline: true, allowUnverified: true };
    const sweep = runSweep({ plan, out: workspace('left'), runner, jobs: 1, threads: 1, data });
    for await (const { type } of sweep) if (type === 'progress') break;
    expect(await sweep.result).toEqual({ status: 'interrupted' });
    expect(runner.calls).toEqual(['train momentum 0 1']);
    expect(await listing(workspace('left'))).not.toContain('sweep.lock');
  });
});
