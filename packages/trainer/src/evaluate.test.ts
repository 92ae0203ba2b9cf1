import { describe, expect, it } from 'vitest';
import { CLASSES, clusters, FEATURES, inOrder } from '../test/support/clusters.js';
import { SoftmaxRegression } from '../test/support/softmax-regression.js';
import { evaluate } from './index.js';

const learner = new SoftmaxRegression(FEATURES, CLASSES);
const examples = clusters(11, 3);

describe('evaluate', () => {
  it('sees every example once', async () => {
    const { count, loss, accuracy } = await evaluate(learner, inOrder(examples, 4));
    expect(count).toBe(11);
    // All weights are zero, so that every class has the same probability, and the first one is chosen.
    expect(loss).toBeCloseTo(Math.log(CLASSES), 14);
    expect(accuracy).toBe(4 / 11);
  });

  it('takes asynchronous sources', async () => {
    const source = async function* () {
      for (const example of examples) yield [example];
    };
    expect((await evaluate(learner, source)).count).toBe(11);
  });

  it('throws the reason of an aborted signal, and closes the source', async () => {
    const controller = new AbortController();
    let closed = false;
    const source = function* () {
      try {
        yield examples;
        controller.abort(new Error('enough'));
        yield examples;
        yield examples;
      } finally {
        closed = true;
      }
    };
    await expect(evaluate(learner, source, { signal: controller.signal })).rejects.toThrow('enough');
    expect(closed).toBe(true);
  });

  it('gives timers a turn although the learner never waits', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 1);
    const end = performance.now() + 20_000;
    const source = function* () {
      while (performance.now() < end) yield examples;
    };
    await expect(evaluate(learner, source, { signal: controller.signal })).rejects.toThrow('enough');
  });

  it('refuses a source without batches', async () => {
    await expect(evaluate(learner, () => [])).rejects.toThrow(/gave no batch to evaluate: give a split with examples/);
  });
});
