import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { miniDataset, useWorkspace } from '../../experiment/test/support/workspace.js';
import {
  planSweep,
  runSweep,
  type SweepDescription,
  type SweepSummary,
  type Trial,
  type TrialRunner,
} from '../src/index.js';
import { openStudy, type Study } from '../src/search/study.js';
import { fakeRunner, madeWith } from './support/fake-runner.js';
import { pythonWithOptuna, removeOptuna } from './support/optuna.js';

// The real Optuna: what it is asked, and what it makes of the answers.

const workspace = useWorkspace();
const data = { dataDir: miniDataset, offline: true, allowUnverified: true };

let python: string | undefined;
let reason = '';
beforeAll(async () => {
  await pythonWithOptuna(workspace('venv')).then(
    (found) => {
      python = found;
    },
    (error: Error) => {
      reason = error.message;
    },
  );
}, 600_000);
afterAll(() => removeOptuna(workspace('venv')));
beforeEach(({ skip }) => {
  if (python === undefined) skip(reason);
});

const sweep = (search: object = {}): SweepDescription => ({
  model: 'mlp',
  settings: { 'validation-size': 40, 'max-steps': 30, 'eval-freq': 3 },
  search: {
    ...{ sampler: 'tpe', trials: 16, seed: 7 },
    space: {
      'learning-rate': { 'log-uniform': [1e-5, 1e-1] },
      'weight-decay': { uniform: [0, 0.1] },
      'batch-size': { integer: [10, 60] },
      optimizer: { choice: ['sgd', 'adam'] },
      flip: { choice: [true, false] },
    },
    ...search,
  },
});

/** Accuracy of a pretended trial: a smooth hill, the highest at a learning rate of 0.003. */
function accuracyOf({ configuration }: Trial): number {
  const { learningRate, flip } = configuration.settings as unknown as { learningRate: number; flip: boolean };
  return Math.max(0, 0.8 - Math.abs(Math.log10(learningRate) + 2.5) / 5 - (flip ? 0.1 : 0));
}

async function search(name: string, file: SweepDescription, runner: TrialRunner, signal?: AbortSignal) {
  const plan = planSweep(file);
  const end = await runSweep({
    ...{ plan, out: workspace(name), runner, jobs: 1, threads: 1, data, signal, test: false, optuna: { python } },
  }).result;
  return end.status === 'done' ? end.summary : undefined;
}

const proposed = (summary: SweepSummary | undefined) => summary!.trials.map(({ name, accuracy }) => [name, accuracy]);

/** A runner whose accuracy grows to that of its trial. */
const growing: TrialRunner = {
  ...fakeRunner(() => 0.5),
  async train(trial, { signal, onEvaluation }) {
    for (let step = 3; step <= 30; step += 3) {
      await onEvaluation?.({ step, accuracy: (accuracyOf(trial) * step) / 30 });
      if (signal.aborted) return { status: 'interrupted' };
    }
    const best = { step: 30, accuracy: accuracyOf(trial) };
    return { status: 'done', result: { steps: 30, stop: 'max-steps', best, madeWith } };
  },
};

describe('a search by TPE', () => {
  it('proposes the same from the same seed, interrupted and with its study lost or not', async () => {
    const whole = await search('whole', sweep(), fakeRunner(accuracyOf));
    expect(whole!.trials).toHaveLength(16);
    const interrupt = new AbortController();
    let trained = 0;
    const stopping = fakeRunner((trial) => async () => {
      if (++trained <= 12) return accuracyOf(trial);
      interrupt.abort();
      return { status: 'interrupted' };
    });
    expect(await search('broken', sweep(), stopping, interrupt.signal)).toBeUndefined();
    await rm(workspace('broken', 'search', 'optuna.log'));
    const again = fakeRunner(accuracyOf);
    expect(proposed(await search('broken', sweep(), again))).toEqual(proposed(whole));
    expect(again.calls).toHaveLength(4);
    const other = await search('other', sweep({ seed: 8, trials: 2 }), fakeRunner(accuracyOf));
    expect(proposed(other)[0]).not.toEqual(proposed(whole)[0]);
  });

  it('comes closer to the best than its first ten, which are drawn at random', async () => {
    const summary = await search('closer', sweep({ trials: 30 }), fakeRunner(accuracyOf));
    const accuracies = summary!.trials.map(({ accuracy }) => accuracy!);
    const mean = (part: number[]) => part.reduce((sum, one) => sum + one, 0) / part.length;
    expect(mean(accuracies.slice(20))).toBeGreaterThan(mean(accuracies.slice(0, 10)) + 0.05);
  });

  it('is pruned by ASHA, the same way each time', async () => {
    const first = await search('asha', sweep({ pruner: 'asha' }), growing);
    const statuses = first!.trials.map(({ status, step }) => [status, step]);
    expect(statuses[0]).toEqual(['done', 30]);
    const left = statuses.filter(([status]) => status === 'pruned').map(([, step]) => step);
    expect(left.length).toBeGreaterThan(4);
    // The rungs: a 27th of 30 steps is before the first evaluation.
    for (const step of left) expect([3, 9, 27]).toContain(step);
    expect(first!.selected).toBe(first!.configurations[0]!.id);
    const second = await search('asha again', sweep({ pruner: 'asha' }), growing);
    expect(proposed(second)).toEqual(proposed(first));
  });

  it('does not go by a study that is damaged', async () => {
    await search('damaged', sweep({ trials: 2 }), fakeRunner(accuracyOf));
    const journal = workspace('damaged', 'search', 'optuna.log');
    await writeFile(journal, `{"op_code": 0\n${await readFile(journal, 'utf8')}`);
    await expect(search('damaged', sweep({ trials: 3 }), fakeRunner(accuracyOf))).rejects.toMatchObject({
      code: 'optuna',
      message: expect.stringMatching(/failed: JSONDecodeError: /),
    });
  });
});

describe('a study', () => {
  const { search: led } = planSweep(sweep({ pruner: 'asha' }));
  const open = (name: string): Promise<Study> =>
    openStudy(led!, { journal: workspace(`${name}.log`), name: 'mlp', optuna: { python } });

  it('gives a task the same values however often it is asked, in other processes too', async () => {
    const [one, two] = await Promise.all([open('shared'), open('shared')]);
    try {
      const values = await one.ask(3, undefined);
      expect(await two.ask(3, undefined)).toEqual(values);
      expect(await two.ask(5, undefined)).not.toEqual(values);
      expect(await one.ask(6, [0.001, 0.05, 20, 1, 0])).toEqual([0.001, 0.05, 20, 1, 0]);
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });

  it('takes what it was told once, repeats a verdict, and takes a success after a failure', async () => {
    const study = await open('told');
    try {
      const notes = { run: '/somewhere' };
      for (const [task, accuracy] of [0.9, 0.8, 0.1].entries()) {
        const values = await study.ask(task, undefined);
        const verdict = await study.report(task, { step: 3, accuracy });
        expect(verdict).toBe(task > 0);
        expect(await study.report(task, { step: 3, accuracy })).toBe(verdict);
        if (task === 0) await study.tell(task, { values, notes, state: 'COMPLETE', value: 0.9 });
        if (task === 1) await study.tell(task, { values, notes, state: 'PRUNED', step: 3, value: 0.8 });
        if (task !== 2) continue;
        await study.tell(task, { values, notes, state: 'FAIL' });
        expect(await study.ask(task, undefined)).toEqual(values);
        expect(await study.report(task, { step: 9, accuracy: 0 })).toBe(false);
        for (let time = 0; time < 2; time++) await study.tell(task, { values, notes, state: 'COMPLETE', value: 0.7 });
      }
      const again = await open('told');
      expect([...again.states]).toEqual([
        [0, 'COMPLETE'],
        [1, 'PRUNED'],
        [2, 'COMPLETE'],
      ]);
      await again.close();
    } finally {
      await study.close();
    }
  });
});
