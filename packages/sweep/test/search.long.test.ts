import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { acquireLock } from '@cifarlab/trainer/node';
import { describe, expect, it } from 'vitest';
import { listing, miniDataset, useWorkspace } from '../../experiment/test/support/workspace.js';
import {
  collectSweep,
  type OptunaOptions,
  planSweep,
  runSweep,
  runTask,
  type SweepDescription,
  type SweepEvent,
  type SweepSummary,
  selectionLines,
  type Trial,
  type TrialRunner,
} from '../src/index.js';
import { runOnSlurm } from '../src/slurm.js';
import { failure, fakeRunner, madeWith } from './support/fake-runner.js';

// Optuna's process is a stand-in that speaks the same lines.

const workspace = useWorkspace();
const child = fileURLToPath(new URL('children/study.mjs', import.meta.url));
const data = { dataDir: miniDataset, offline: true, allowUnverified: true };

const sweep = (search: object = {}, more: object = {}): SweepDescription => ({
  model: 'mlp',
  settings: { 'validation-size': 40, 'max-steps': 30, 'eval-freq': 3 },
  search: { sampler: 'tpe', trials: 6, space: { momentum: { uniform: [0, 0.9] } }, ...search },
  ...more,
});

const optunaOf = (name: string, way = 'well'): OptunaOptions => ({
  command: [process.execPath, child, way, workspace(`${name}.notes`)],
});

interface Choices {
  file?: SweepDescription;
  way?: string;
  jobs?: number;
  interrupt?: AbortController;
  optuna?: OptunaOptions;
}

async function run(name: string, runner: TrialRunner, choices: Choices = {}) {
  const { file = sweep(), way, jobs = 1, interrupt = new AbortController() } = choices;
  const { optuna = optunaOf(name, way) } = choices;
  const { signal } = interrupt;
  const stream = runSweep({
    plan: planSweep(file),
    out: workspace(name),
    runner,
    jobs,
    threads: 1,
    data,
    signal,
    optuna,
  });
  const events: SweepEvent[] = [];
  for await (const event of stream) events.push(event);
  const end = await stream.result;
  const summary = end.status === 'done' ? end.summary : undefined;
  return { end, events, summary, lines: summary === undefined ? [] : selectionLines(summary) };
}

/** Returns what the study was asked and told, without the openings. */
const notes = async (name: string) =>
  (await readFile(workspace(`${name}.notes`), 'utf8'))
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('open'));
const momentumOf = ({ configuration }: Trial) => (configuration.settings as unknown as { momentum: number }).momentum;
/** Accuracy of a trial, in thousandths. */
const accuracyOf = (trial: Trial) => Math.round(300 + 500 * momentumOf(trial)) / 1000;
const trainings = ({ calls }: { calls: string[] }) => calls.filter((call) => !call.startsWith('test'));
const proposed = (summary: SweepSummary | undefined) => summary?.trials.map(({ name, accuracy }) => [name, accuracy]);

/** Makes a runner that evaluates as it goes, and hears its signal; one that goes on does so after `begun` steps. */
function steppingRunner(accuracyAt: (trial: Trial, step: number) => number, { begun = 0 } = {}) {
  const calls: string[] = [];
  const runner: TrialRunner = {
    ...fakeRunner(() => 0.5),
    async train(trial, { resume, signal, onEvaluation }) {
      calls.push(`${resume ? 'resume' : 'train'} ${momentumOf(trial)}`);
      let best = 0;
      for (let step = resume ? begun : 0; step <= 30; step += 3) {
        best = Math.max(best, accuracyAt(trial, step));
        await onEvaluation?.({ step, accuracy: accuracyAt(trial, step) });
        if (signal.aborted) return { status: 'interrupted' };
      }
      return {
        status: 'done',
        result: { steps: 30, stop: 'max-steps', best: { step: 30, accuracy: best }, madeWith },
      };
    },
  };
  return { ...runner, calls };
}

describe('a search that is led', () => {
  it('trains what is proposed one after the other, and selects the best of it', async () => {
    const runner = fakeRunner(accuracyOf);
    const { events, summary, lines } = await run('led', runner);
    expect(trainings(runner)).toEqual(
      [0, 0.1286, 0.2571, 0.3857, 0.5143, 0.6429].map((momentum) => `train momentum ${momentum} 42`),
    );
    expect(runner.calls.at(-1)).toBe('test momentum 0.6429 42');
    expect(lines).toEqual(['selected: momentum 0.6429', 'test accuracy 0.5000 over 1 seed']);
    expect(summary).toMatchObject({ missing: [], trials: { length: 6 } });
    expect((await notes('led')).slice(0, 3)).toEqual(['ask 0', 'tell 0 COMPLETE 0.3', 'ask 1']);
    expect(events.flatMap(({ type }) => (type === 'data' ? [] : [type])).slice(0, 4)).toEqual([
      ...['trials', 'started', 'progress', 'ended'],
    ]);

    // Nothing is left to do; what was trained needs no process to be summed up.
    const optuna = { command: ['/no such program'] } as const;
    const again = fakeRunner(() => 0);
    expect((await run('led', again, { optuna })).summary?.selected).toBe(summary!.selected);
    expect(again.calls).toEqual([]);
    const plan = planSweep(sweep());
    const collected = await collectSweep({ plan, out: workspace('led'), runner: again, jobs: 1, threads: 1, data })
      .result;
    expect(proposed(collected.status === 'done' ? collected.summary : undefined)).toEqual(proposed(summary));

    // More trials add to it.
    const more = fakeRunner(() => 0.1);
    await run('led', more, { file: sweep({ trials: 7 }) });
    expect(trainings(more)).toHaveLength(1);
  });

  it('goes on after an interrupt as if there had been none, and gives no trial twice', async () => {
    const whole = await run('whole', fakeRunner(accuracyOf));
    const interrupt = new AbortController();
    const stopped = fakeRunner((trial) => async () => {
      if (momentumOf(trial) < 0.2) return accuracyOf(trial);
      interrupt.abort();
      return { status: 'interrupted' };
    });
    expect((await run('broken', stopped, { interrupt })).end.status).toBe('interrupted');
    const again = fakeRunner(accuracyOf);
    const { summary, events } = await run('broken', again);
    expect(trainings(again)).toEqual(trainings(stopped).slice(2).concat(trainings(again).slice(1)));
    expect(proposed(summary)).toEqual(proposed(whole.summary));
    expect(events.filter(({ type }) => type === 'kept')).toHaveLength(2);
    expect(await notes('broken')).toContain('tell 2 COMPLETE 0.429');
  });

  it('is told what its study has lost', async () => {
    await run('lost', fakeRunner(accuracyOf), { file: sweep({ trials: 3 }) });
    for (const name of ['lost/search/optuna.log', 'lost.notes']) await rm(workspace(name));
    const again = fakeRunner(accuracyOf);
    await run('lost', again, { file: sweep({ trials: 4 }) });
    expect(trainings(again)).toEqual(['train momentum 0.3857 42']);
    expect((await notes('lost')).slice(0, 4)).toEqual([
      ...['tell 0 COMPLETE 0.3', 'tell 1 COMPLETE 0.364', 'tell 2 COMPLETE 0.429', 'ask 3'],
    ]);
  });

  it('tells a failed trial as failed, and tries it again the next time', async () => {
    const failing = fakeRunner((trial) => (momentumOf(trial) < 0.1 ? failure : 0.4));
    const { lines, end } = await run('failing', failing, { file: sweep({ trials: 2 }) });
    expect(end).toMatchObject({ failures: 1 });
    expect(await notes('failing')).toContain('tell 0 FAIL null');
    expect(lines).toContain('selected: momentum 0.1286');
    const again = fakeRunner(() => 0.9);
    expect((await run('failing', again, { file: sweep({ trials: 2 }) })).lines).toContain('selected: momentum 0');
    expect(trainings(again)).toEqual(['train momentum 0 42']);
    expect((await notes('failing')).at(-1)).toBe('tell 0 COMPLETE 0.9');
  });

  it('goes by the mean over the seeds, and trains what is proposed again once', async () => {
    const runner = fakeRunner(({ seed }) => seed / 10);
    const { summary } = await run('seeds', runner, {
      file: sweep({ trials: 3 }, { seeds: [1, 2, 6] }),
      way: 'same',
      jobs: 2,
    });
    expect(trainings(runner)).toEqual([1, 2, 6].map((seed) => `train momentum 0 ${seed}`));
    expect(summary!.configurations).toHaveLength(1);
    expect((await notes('seeds')).filter((line) => line.startsWith('tell')).sort()).toEqual(
      [0, 1, 2].map((task) => `tell ${task} COMPLETE 0.3`),
    );
  });

  it('records pruned trials as such, does not select them, and leaves them to be continued', async () => {
    const file = sweep({ pruner: 'asha' });
    // The one that ends best begins worst.
    const runner = steppingRunner((trial, step) => (momentumOf(trial) < 0.3 ? 0.4 + step / 60 : 0.6));
    const { summary, lines, events } = await run('pruned', runner, { file });
    expect(runner.calls).toHaveLength(6);
    const statuses = summary!.trials.map(({ status, step, accuracy }) => [status, step, accuracy]);
    expect(statuses.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => ['pruned', 3, 0.45]));
    expect(statuses.slice(3)).toEqual(Array.from({ length: 3 }, () => ['done', 30, 0.6]));
    expect(lines.slice(0, 2)).toEqual(['pruned: 3 of 6 configurations', 'selected: momentum 0.3857']);
    expect(await notes('pruned')).toContain('tell 0 PRUNED 0.45');
    expect(await notes('pruned')).not.toContain(expect.stringMatching(/^report \d+ 30 /));
    expect(events.filter(({ type }) => type === 'ended')).toHaveLength(6);

    // The same search leaves them alone, a grid goes on with them.
    const again = steppingRunner(() => 0.9);
    expect((await run('pruned', again, { file })).summary!.selected).toBe(summary!.selected);
    expect(again.calls).toEqual([]);
    const { search: _, ...grid } = { ...file, grid: { momentum: [0, 0.3857] } };
    const collected = await collectSweep({
      ...{ plan: planSweep(grid), out: workspace('pruned'), runner: again, jobs: 1, threads: 1, data },
    }).result;
    expect(collected).toMatchObject({ summary: { missing: [{ name: 'momentum 0', status: 'pruned' }] } });
    await run('pruned', again, { file: grid });
    expect(again.calls).toEqual(['train 0']);
  });

  it('prunes by the first seed, and does not train the others then', async () => {
    const file = sweep({ pruner: 'asha', trials: 2 }, { seeds: [1, 2] });
    const runner = steppingRunner((trial) => (momentumOf(trial) < 0.1 ? 0.1 : 0.7));
    const { summary } = await run('first seed', runner, { file });
    expect(runner.calls).toEqual(['train 0', 'train 0.1286', 'train 0.1286']);
    expect(summary!.configurations.map(({ seeds, pruned }) => [seeds, pruned])).toEqual([
      [[1, 2], []],
      [[], [1]],
    ]);
    expect((await notes('first seed')).filter((line) => line.startsWith('report 1'))).toHaveLength(10);
  });

  it('prunes what is drawn at random too', async () => {
    const file = sweep({ sampler: 'random', pruner: 'asha', trials: 3 });
    const drawn = planSweep(sweep({ sampler: 'random', trials: 3 })).configurations.map(({ id }) => id);
    const { summary } = await run(
      'random',
      steppingRunner((_, step) => step / 30),
      { file },
    );
    expect(summary!.trials.map(({ id }) => id)).toEqual(drawn);
  });
});

describe('the process of a study', () => {
  it.each([
    [
      'die',
      'optuna',
      /Optuna's process, .*, ended \(exit code 9\): Traceback .*MemoryError: no memory left; running trials are/s,
    ],
    ['fail', 'optuna', /failed: ValueError: the journal is damaged; running trials are saved; run the same again/],
    ['babble', 'optuna', /said what is not an answer: "Hello!"/],
    ['outside', 'optuna', /the study proposed \[1000000000\], which the space does not have/],
    [
      'missing',
      'no-optuna',
      /does not have Optuna 4 or newer \(No module named 'optuna'\); install Python 3 with Optuna .*python/,
    ],
  ])('that %ss is an error that says what to do', async (way, code, message) => {
    const runner = fakeRunner(() => 0.5);
    await expect(run(way, runner, { way })).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(runner.calls).toEqual([]);
  });

  it('that does not answer is ended', async () => {
    const optuna = { ...optunaOf('hang', 'hang'), patience: 1 };
    await expect(
      run(
        'hang',
        fakeRunner(() => 0.5),
        { optuna },
      ),
    ).rejects.toThrow(/has not answered for 1 seconds/);
  });

  it('that is not there is asked for', async () => {
    const optuna = { python: '/nowhere/python3' };
    await expect(
      run(
        'none',
        fakeRunner(() => 0.5),
        { optuna },
      ),
    ).rejects.toThrow('the search is led by Optuna, and /nowhere/python3 is not there; install Python 3 with Optuna');
    expect(await listing(workspace('none'))).not.toContain('sweep.lock');
  });

  it('that dies while a trial runs has the trial interrupted, to go on from there', async () => {
    const file = sweep({ pruner: 'asha', trials: 1 });
    const runner = steppingRunner(() => 0.9);
    await expect(run('late', runner, { file, way: 'die late' })).rejects.toMatchObject({ code: 'optuna' });
    const names = await listing(workspace('late'));
    const record = names.find((name) => name.endsWith('seed-42.json'))!;
    expect(JSON.parse(await readFile(workspace('late', record), 'utf8')).status).toBe('interrupted');
    expect((await run('late', runner, { file })).summary!.trials).toMatchObject([{ status: 'done' }]);
  });
});

describe('the tasks of a search', () => {
  const plan = planSweep(sweep({ pruner: 'asha', trials: 3 }));
  const task = (name: string, number: number, runner: TrialRunner) =>
    runTask({ plan, task: number, runner, out: workspace(name), data, optuna: optunaOf(name) }).result;

  it('each train a proposal of the study that they share, and are collected', async () => {
    const runner = steppingRunner((trial) => (momentumOf(trial) < 0.1 ? 0.1 : 0.7));
    expect((await task('tasks', 1, runner)).trial!.configuration.name).toBe('momentum 0.3857');
    expect((await task('tasks', 1, runner)).status).toBe('done');
    expect(runner.calls).toHaveLength(1);
    const collect = () => collectSweep({ plan, out: workspace('tasks'), runner, jobs: 1, threads: 1, data }).result;
    const early = await collect();
    expect(early.status === 'done' && early.summary.missing.map(({ task: one, id }) => [one, id])).toEqual([
      [0, null],
      [2, null],
    ]);
    for (const number of [0, 2]) await task('tasks', number, runner);
    const late = await collect();
    expect(late).toMatchObject({ summary: { missing: [], test: { seeds: [42] } } });
    expect((await listing(workspace('tasks'))).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  it('are trained by one process at a time', async () => {
    await task(
      'busy',
      0,
      steppingRunner(() => 0.7),
    );
    const proposals = (await listing(workspace('busy'))).find((name) => /0\.json$/.test(name))!;
    const lock = await acquireLock(workspace('busy', proposals.replace('.json', '.lock')));
    await expect(
      task(
        'busy',
        0,
        steppingRunner(() => 0.7),
      ),
    ).rejects.toMatchObject({ code: 'in-use' });
    await lock.release();
  });

  it('have the numbers of the proposals', () => {
    expect(() =>
      task(
        'wrong',
        3,
        fakeRunner(() => 0.5),
      ),
    ).toThrow(/task.* is not the number of a configuration; the sweep has 3, from 0 to 2/);
  });

  it('are not watched on Slurm', () => {
    const options = { plan, sweep: {} as never, out: workspace('slurm'), resources: { cores: 1 }, command: () => [] };
    expect(() => runOnSlurm(options)).toThrow(
      /is not known before, .*; submit an array of 3 tasks yourself, each with task/,
    );
  });
});
