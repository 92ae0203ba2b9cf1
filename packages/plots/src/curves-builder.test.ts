import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CurvesBuilder } from './curves-builder.js';
import { curvesFromEvents } from './curves-from-events.js';
import { PlotError } from './errors.js';
import { renderCurves } from './render-curves.js';
import type { Point } from './series.js';

const event = fc.record({
  event: fc.constantFrom('train', 'eval', 'best'),
  split: fc.constantFrom('validation', 'test'),
  step: fc.integer({ min: 1, max: 12 }),
  loss: fc.option(fc.double(), { nil: null }),
});

/** The definition: of the lines of a step the last, by step. */
function lossPoints(
  events: readonly { event: string; split: string; step: number; loss: number | null }[],
  name: string,
) {
  const ofSeries = events.filter(
    (one) => (one.event === 'train' ? 'train' : one.split) === name && one.event !== 'best',
  );
  const steps = [...new Set(ofSeries.map(({ step }) => step))].sort((a, b) => a - b);
  return steps.map(
    (step): Point => ({ step, value: ofSeries.findLast((one) => one.step === step)!.loss ?? Number.NaN }),
  );
}

describe('CurvesBuilder', () => {
  it('gives the points of every series in any order of events', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const builder = new CurvesBuilder();
        for (const one of events) builder.add(one);
        const { loss, accuracy } = builder.run();
        for (const { name, points } of loss) expect(points).toEqual(lossPoints(events, name));
        expect(new Set(loss.map(({ name }) => name))).toEqual(
          new Set(
            events.filter((one) => one.event !== 'best').map((one) => (one.event === 'train' ? 'train' : one.split)),
          ),
        );
        expect(accuracy).toEqual([]);
      }),
    );
  });

  it('gives runs that later events leave as they are', () => {
    const builder = new CurvesBuilder();
    builder.add({ event: 'train', step: 1, loss: 3 });
    const early = builder.run('early');
    builder.add({ event: 'train', step: 2, loss: 2 });
    expect(early).toEqual({ name: 'early', loss: [{ name: 'train', points: [{ step: 1, value: 3 }] }], accuracy: [] });
    expect(builder.run().loss[0]!.points).toHaveLength(2);
  });

  it('counts all events to name the one that is wrong', () => {
    const builder = new CurvesBuilder();
    builder.add({ event: 'best' });
    expect(() => builder.add({ event: 'train', step: 1, loss: '2' })).toThrow(
      new PlotError('event 2 (train) has loss "2": it must be a number or null'),
    );
  });

  it('is drawn as runs of plain objects are', async () => {
    const events = Array.from({ length: 3000 }, (_, i) => ({
      event: 'train',
      step: i + 1,
      loss: i % 50 === 7 ? null : 2 + Math.sin(i * i),
      accuracy: (i % 10) / 10,
    }));
    const plain = structuredClone(curvesFromEvents(events, 'run'));
    expect(await renderCurves(curvesFromEvents(events, 'run'))).toBe(await renderCurves(plain));
  });
});
