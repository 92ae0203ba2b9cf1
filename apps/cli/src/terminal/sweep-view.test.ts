import type { FinishedTrial, Trial, TrialProgress, TrialRecord } from '@cifarlab/sweep';
import { describe, expect, it } from 'vitest';
import { createSweepView, type SweepView } from './sweep-view.js';

const trial = (name: string) => ({ configuration: { name }, seed: 42 }) as unknown as Trial;
const [flip, crop, adam] = ['flip', 'crop 4', 'optimizer adam'].map(trial) as [Trial, Trial, Trial];
const ended = (of: Trial, record: Partial<TrialRecord>): FinishedTrial => ({
  trial: of,
  record: { format: 'cifarlab-trial', version: 1, data: '', started: '', seconds: 64, status: 'done', ...record },
});
const done = (of: Trial, accuracy: number): FinishedTrial =>
  ended(of, { result: { steps: 90, stop: 'max-steps', best: { step: 60, accuracy }, madeWith: {} as never } });
const failed = ended(adam, {
  status: 'failed',
  failure: { exitCode: 1, signal: null, lastLines: ['warning', 'error: The loss is NaN'] },
});
const kept = (finished: FinishedTrial) => ({ type: 'kept' as const, ...finished });
const closed = (finished: FinishedTrial) => ({ type: 'ended' as const, ...finished });
const begin = (view: SweepView, of: Trial, how: { resumed: boolean }) =>
  view.show({ type: 'started', trial: of, ...how });
const go = (view: SweepView, of: Trial, progress: TrialProgress) =>
  view.show({ type: 'progress', trial: of, progress });
const midway = { step: 30, maxSteps: 90, accuracy: 0.512, secondsLeft: 70 };

/** Makes a terminal of a given size: what is on its screen, and what has scrolled off it. */
function terminal(columns: number, rows: number) {
  const lines = [''];
  let row = 0;
  const write = (text: string) => {
    for (const [token] of text.replaceAll('\u001b', '␛').matchAll(/␛\[\d+[FJ]|\n|[^␛\n]+/g)) {
      const up = /^␛\[(\d+)F$/.exec(token);
      if (up) {
        row -= Number(up[1]);
        expect(row, 'only what is on the screen can be redrawn').toBeGreaterThan(lines.length - 1 - rows);
      } else if (token === '␛[0J') {
        lines.length = row + 1;
        lines[row] = '';
      } else if (token === '\n') {
        row += 1;
        if (row === lines.length) lines.push('');
      } else {
        lines[row] += token;
        expect(lines[row]!.length, 'a line that wraps cannot be redrawn').toBeLessThan(columns);
      }
    }
  };
  return { stream: { write, isTTY: true, columns, rows }, screen: () => lines.slice(0, -1) };
}

describe('the view of a sweep on a terminal', () => {
  it('of which the size is not known takes it for one of 80 columns, and escapes names', () => {
    let text = '';
    const stream = { write: (more: string) => (text += more), isTTY: true, columns: 0, rows: 0 };
    begin(
      createSweepView(stream, 1, () => 0),
      trial('a\u001b]0;b'),
      { resumed: false },
    );
    expect(text).toBe('0 of 1 done, 0 failed, 1 running, 0 waiting\n  started  a\\u001b]0;b, seed 42\n');
  });

  it('keeps what has ended on the screen, with the running trials below', () => {
    const { stream, screen } = terminal(80, 24);
    let time = 0;
    const view = createSweepView(stream, 4, () => time);
    view.show(kept(done(trial('kept one'), 0.5)));
    begin(view, flip, { resumed: false });
    begin(view, crop, { resumed: true });
    time += 100;
    go(view, flip, midway);
    expect(screen()).toEqual([
      'kept     kept one, seed 42  validation accuracy 0.5000 at step 60  1 min 04 s',
      '1 of 4 done, 0 failed, 2 running, 1 waiting',
      '  step 30/90  validation 51.2 %  1 min 10 s left  flip, seed 42',
      '  started  crop 4, seed 42',
    ]);
    view.show(closed(done(flip, 0.53)));
    begin(view, adam, { resumed: false });
    go(view, crop, { ...midway, accuracy: null, secondsLeft: null });
    view.show(closed(failed));
    view.note('Interrupted');
    expect(screen().slice(1)).toEqual([
      'done     flip, seed 42  validation accuracy 0.5300 at step 60  1 min 04 s',
      'failed   optimizer adam, seed 42  (exit code 1) error: The loss is NaN',
      'Interrupted',
      '2 of 4 done, 1 failed, 1 running, 0 waiting',
      '  step 30/90  crop 4, seed 42',
    ]);
    view.show(closed(ended(crop, { status: 'interrupted' })));
    view.done();
    expect(screen().at(-1)).toBe('stopped  crop 4, seed 42');
  });

  it('counts what a search has left', () => {
    const { stream, screen } = terminal(80, 24);
    const view = createSweepView(stream, 3, () => 0);
    const record = { status: 'pruned' as const, pruned: { search: 'a', step: 20, accuracy: 0.25 } };
    view.show(closed(ended(flip, record)));
    expect(screen()).toEqual([
      'pruned   flip, seed 42  validation accuracy 0.2500 at step 20  1 min 04 s',
      '0 of 3 done, 1 pruned, 0 failed, 0 running, 2 waiting',
    ]);
  });

  it('is not redrawn for every step', () => {
    const { stream, screen } = terminal(80, 24);
    let time = 0;
    const view = createSweepView(stream, 1, () => time);
    begin(view, flip, { resumed: false });
    time += 99;
    go(view, flip, midway);
    expect(screen()[1]).toContain('started');
    time += 1;
    go(view, flip, midway);
    expect(screen()[1]).toContain('step 30/90');
  });

  it('fits a small terminal', () => {
    const { stream, screen } = terminal(30, 4);
    const view = createSweepView(stream, 9, () => 0);
    for (const name of ['a', 'b', 'c', 'd', 'e']) begin(view, trial(name), { resumed: false });
    expect(screen()).toEqual(['0 of 9 done, 0 failed, 5 runn', '  started  a, seed 42']);
  });
});

describe('the view of a sweep elsewhere', () => {
  it('prints lines, at most one a minute of a running trial', () => {
    let text = '';
    let time = 0;
    const view = createSweepView({ write: (more) => (text += more) }, 3, () => time);
    view.show(kept(done(adam, 0.5)));
    begin(view, flip, { resumed: false });
    begin(view, crop, { resumed: true });
    for (const _ of Array(4)) {
      time += 30_000;
      go(view, flip, midway);
    }
    view.show(closed(done(flip, 0.53)));
    view.show(closed(ended(crop, { status: 'failed', failure: { exitCode: null, signal: 'SIGKILL', lastLines: [] } })));
    view.done();
    expect(text.split('\n')).toEqual([
      '1/3  kept     optimizer adam, seed 42  validation accuracy 0.5000 at step 60  1 min 04 s',
      'started  flip, seed 42',
      'goes on  crop 4, seed 42',
      'running  flip, seed 42  step 30/90  validation 51.2 %  1 min 10 s left',
      'running  flip, seed 42  step 30/90  validation 51.2 %  1 min 10 s left',
      '2/3  done     flip, seed 42  validation accuracy 0.5300 at step 60  1 min 04 s',
      '3/3  failed   crop 4, seed 42  (signal SIGKILL)',
      '',
    ]);
  });
});
