import { expect, it } from 'vitest';
import { resolutionAt, resolutionPhases } from './resolutions.js';

const settings = { resolution: 128, startResolution: 64, maxSteps: 10, scheduleSteps: null };
const at = (given: Partial<Parameters<typeof resolutionPhases>[0]>, steps: readonly number[]) => {
  const phases = resolutionPhases({ ...settings, ...given });
  return steps.map((step) => resolutionAt(phases, step));
};

it('is the same at every step where none to start with is given', () => {
  expect(at({ startResolution: null }, [1, 10, 1000])).toEqual([128, 128, 128]);
  expect(at({ startResolution: 128 }, [1, 10])).toEqual([128, 128]);
});

it('grows by 32 pixels, with equally many steps each', () => {
  expect(at({ maxSteps: 9 }, [1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual([64, 64, 64, 96, 96, 96, 128, 128, 128]);
  expect(at({}, [1, 4, 5, 7, 8, 10])).toEqual([64, 64, 96, 96, 128, 128]);
});

it('spans the steps of the schedule, and stays after them', () => {
  expect(at({ scheduleSteps: 3 }, [1, 2, 3, 4, 10])).toEqual([64, 96, 128, 128, 128]);
});

it('has fewer phases than there are resolutions where there are too few steps', () => {
  expect(at({ maxSteps: 2 }, [1, 2])).toEqual([64, 96]);
  expect(at({ maxSteps: 1 }, [1])).toEqual([64]);
});
