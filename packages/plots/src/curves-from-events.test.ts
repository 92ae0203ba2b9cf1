import { describe, expect, it } from 'vitest';
import { curvesFromEvents } from './curves-from-events.js';
import { PlotError } from './errors.js';

describe('curvesFromEvents', () => {
  it('makes a series per split', () => {
    const events = [
      { event: 'start', settings: {} },
      { event: 'train', step: 1, loss: 2.3, accuracy: 0.1 },
      { event: 'eval', split: 'validation', step: 1, loss: 2.4, accuracy: 0.09 },
      { event: 'eval', split: 'test', step: 1, loss: 2.2, accuracy: 0.12 },
      { event: 'train', step: 2, loss: 2.1, accuracy: 0.2 },
    ];
    expect(curvesFromEvents(events, 'a run')).toEqual({
      name: 'a run',
      loss: [
        {
          name: 'train',
          points: [
            { step: 1, value: 2.3 },
            { step: 2, value: 2.1 },
          ],
        },
        { name: 'validation', points: [{ step: 1, value: 2.4 }] },
        { name: 'test', points: [{ step: 1, value: 2.2 }] },
      ],
      accuracy: [
        {
          name: 'train',
          points: [
            { step: 1, value: 0.1 },
            { step: 2, value: 0.2 },
          ],
        },
        { name: 'validation', points: [{ step: 1, value: 0.09 }] },
        { name: 'test', points: [{ step: 1, value: 0.12 }] },
      ],
    });
  });

  it('takes the later line of a step, and sorts', () => {
    const events = [5, 1, 2, 5].map((step, index) => ({ event: 'train', step, loss: index }));
    expect(curvesFromEvents(events).loss[0]!.points).toEqual([
      { step: 1, value: 1 },
      { step: 2, value: 2 },
      { step: 5, value: 3 },
    ]);
  });

  it('makes a gap of null and no point of what is absent', () => {
    const { loss, accuracy } = curvesFromEvents([{ event: 'train', step: 1, loss: null }]);
    expect(loss[0]!.points).toEqual([{ step: 1, value: Number.NaN }]);
    expect(accuracy).toEqual([]);
  });

  it.each([
    [{ event: 'train', loss: 1 }, 'event 1 (train) has step undefined: it must be a finite number'],
    [{ event: 'eval', step: 1, loss: 1 }, 'event 1 (eval) has split undefined: name one, such as "test"'],
    [{ event: 'train', step: 1, loss: '2' }, 'event 1 (train) has loss "2": it must be a number or null'],
  ])('refuses %j', (event, message) => {
    expect(() => curvesFromEvents([event])).toThrow(new PlotError(message));
  });
});
