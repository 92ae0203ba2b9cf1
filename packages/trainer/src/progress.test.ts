import { describe, expect, it } from 'vitest';
import { collect, smallRun } from '../test/support/run.js';
import { fit, type Progress, ProgressMeter, progress, type TrainEvent, train } from './index.js';

describe('ProgressMeter', () => {
  /** Feeds a run's events, with this many milliseconds passing before each one. */
  async function measure(options: object, duration: (event: TrainEvent) => number): Promise<Progress[]> {
    let now = 1000;
    const meter = new ProgressMeter(() => now);
    return (await collect(train(smallRun(options)))).flatMap((event) => {
      now += duration(event);
      return meter.update(event) ?? [];
    });
  }

  it('tells the speed of training and the time left, evaluations included', async () => {
    const duration = (event: TrainEvent) => ({ start: 0, train: 100, eval: 300 })[event.type as string] ?? 0;
    const all = await measure({ maxSteps: 9, evalFreq: 4 }, duration);
    expect(all).toHaveLength(9);
    for (const { stepsPerSecond, maxSteps } of all) {
      expect(stepsPerSecond).toBeCloseTo(10, 10);
      expect(maxSteps).toBe(9);
    }
    // Two splits of 300 ms after steps 4, 8 and 9; nothing is known of evaluations before the first one.
    const left = [0.8, 0.7 + 1.8, 0.6 + 1.8, 0.5 + 1.8, 0.4 + 1.2, 0.3 + 1.2, 0.2 + 1.2, 0.1 + 1.2, 0 + 0.6];
    all.forEach(({ secondsLeft }, i) => {
      expect(secondsLeft).toBeCloseTo(left[i]!, 10);
    });
  });

  it('forgets a slow start after a while', async () => {
    const duration = (event: TrainEvent) => (event.type !== 'train' ? 0 : event.step === 1 ? 10_000 : 10);
    const all = await measure({ maxSteps: 60, evalFreq: 60 }, duration);
    expect(all[1]!.stepsPerSecond).toBeLessThan(1);
    expect(all[59]!.stepsPerSecond).toBeCloseTo(100, 10);
  });

  it('carries the numbers of the step', async () => {
    const events = await collect(train(smallRun({ maxSteps: 2 })));
    const { type: _, count, ...numbers } = events.find((e) => e.type === 'train')!;
    expect(count).toBe(5);
    expect((await measure({ maxSteps: 2 }, () => 1))[0]).toMatchObject(numbers);
  });
});

it('progress reports after every step', async () => {
  const steps: number[] = [];
  await fit({ ...smallRun({ maxSteps: 3 }), callbacks: [progress(({ step }) => void steps.push(step))] });
  expect(steps).toEqual([1, 2, 3]);
});
