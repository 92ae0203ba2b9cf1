import { describe, expect, it } from 'vitest';
import { recordedRun } from '../../test/support/recorded-run.js';
import { scores, summarise } from './summary.js';

describe('summarise', () => {
  it('takes the last evaluation of the test images, and the best by validation', () => {
    const run = recordedRun({ validation: [0.2, 0.5, 0.4], test: [0.1, 0.3, 0.6] });
    expect(summarise(run)).toEqual({
      steps: 30,
      seconds: null,
      test: { step: 30, accuracy: 0.6, loss: 1.4 },
      best: { validation: { step: 20, accuracy: 0.5, loss: 1.5 }, test: { step: 20, accuracy: 0.3, loss: 1.7 } },
    });
  });

  it('takes the first of equally good evaluations, as training does', () => {
    expect(summarise(recordedRun({ validation: [0.2, 0.5, 0.5] })).best?.validation.step).toBe(20);
  });

  it('has no best without validation images', () => {
    expect(summarise(recordedRun({ test: [0.1, 0.9, 0.2] })).best).toBeUndefined();
  });

  it('takes what the report found at the last step, where the training left out the test images', () => {
    const whole = recordedRun({ validation: [0.2, 0.5], test: [0.1, 0.3] });
    const withoutTest = (series: readonly { name: string }[]) => series.filter(({ name }) => name !== 'test') as never;
    const { loss, accuracy } = whole.curves;
    const run = { ...whole, curves: { ...whole.curves, loss: withoutTest(loss), accuracy: withoutTest(accuracy) } };
    const found = (step: number) => ({ step, missing: [], test: { result: { loss: 1.2, accuracy: 0.4 } } as never });
    expect(summarise({ ...run, findings: found(20) }).test).toEqual({ step: 20, accuracy: 0.4, loss: 1.2 });
    expect(summarise({ ...run, findings: found(10) }).test).toBeUndefined();
    expect(summarise({ ...whole, findings: found(20) }).test?.accuracy).toBe(0.3);
  });

  it('knows the time only when the record is of these steps', () => {
    const result = { stop: 'max-steps', step: 30, seconds: 12 };
    expect(summarise(recordedRun({ result })).seconds).toBe(12);
    expect(summarise(recordedRun({ result: { ...result, step: 20 } })).seconds).toBeNull();
    expect(summarise(recordedRun({ result: { ...result, seconds: null } })).seconds).toBeNull();
  });
});

describe('scores', () => {
  it('pairs loss and accuracy of a split', () => {
    expect(scores(recordedRun({ test: [0.25] }), 'test')).toEqual([{ step: 10, accuracy: 0.25, loss: 1.75 }]);
    expect(scores(recordedRun({}), 'validation')).toEqual([]);
  });
});
