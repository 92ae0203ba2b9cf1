import { describe, expect, test, vi } from 'vitest';
import { createProgressView, type StepProgress } from './progress.js';

class Recorder {
  text = '';
  constructor(
    readonly isTTY: boolean,
    readonly columns = 80,
  ) {}
  write(text: string): void {
    this.text += text;
  }
}

const at = (step: number): StepProgress => ({
  step,
  maxSteps: 1400,
  loss: 2.31,
  accuracy: 0.125,
  stepsPerSecond: 12.4,
  secondsLeft: 65,
});

describe('on a terminal', () => {
  test('redraws one line, at most ten times a second, and the last step always', () => {
    let now = 0;
    const stream = new Recorder(true);
    const view = createProgressView(stream, () => now);
    view.step(at(1));
    now = 50;
    view.step(at(2));
    now = 120;
    view.step(at(3));
    view.step(at(1400));
    expect(stream.text.split('\u001b[1F\u001b[0J')).toEqual([
      'step 1/1400  loss 2.3100  accuracy 12.5 %  12 steps/s  1 min 05 s left\n',
      'step 3/1400  loss 2.3100  accuracy 12.5 %  12 steps/s  1 min 05 s left\n',
      'step 1400/1400  loss 2.3100  accuracy 12.5 %  12 steps/s  1 min 05 s left\n',
    ]);
  });

  test('never wraps', () => {
    const stream = new Recorder(true, 20);
    createProgressView(stream, () => 0).step(at(1));
    expect(stream.text.trimEnd()).toHaveLength(19);
  });

  test('of which the size is not known: as on one of 80 columns', () => {
    const stream = new Recorder(true, 0);
    createProgressView(stream, () => 0).step(at(1));
    expect(stream.text).toMatch(/1 min 05 s left\n$/);
  });

  test('that cannot move its cursor: plain lines', () => {
    vi.stubEnv('TERM', 'dumb');
    let now = 0;
    const stream = new Recorder(true);
    const view = createProgressView(stream, () => now);
    now = 10_000;
    view.step(at(1));
    view.done();
    vi.unstubAllEnvs();
    expect(stream.text).toBe('step 1/1400  loss 2.3100  accuracy 12.5 %  12 steps/s  1 min 05 s left\n');
  });

  test('a note is escaped', () => {
    const stream = new Recorder(true);
    createProgressView(stream, () => 0).note('a\u001b[2Jb');
    expect(stream.text).toBe('a\\u001b[2Jb\n');
  });

  test('a note replaces the progress line and stays', () => {
    const stream = new Recorder(true);
    const view = createProgressView(stream, () => 0);
    view.step(at(1));
    view.note('step 1  test accuracy 10.0 %');
    expect(stream.text.endsWith('\u001b[1F\u001b[0Jstep 1  test accuracy 10.0 %\n')).toBe(true);
  });
});

test('elsewhere: plain lines, at most one every ten seconds', () => {
  let now = 0;
  const stream = new Recorder(false);
  const view = createProgressView(stream, () => now);
  for (; now <= 25_000; now += 1000) view.step(at(1 + now / 1000));
  view.done();
  expect(stream.text.match(/^step \d+/gm)).toEqual(['step 11', 'step 21']);
  expect(stream.text).not.toContain('\u001b');
});
