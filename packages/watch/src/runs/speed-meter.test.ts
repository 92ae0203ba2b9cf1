import { expect, it } from 'vitest';
import { SpeedMeter } from './speed-meter.js';

it('says nothing until it has seen three seconds', () => {
  const meter = new SpeedMeter();
  meter.look(100, 0);
  meter.look(120, 2);
  expect(meter.stepsPerSecond).toBeUndefined();
  meter.look(150, 5);
  expect(meter.stepsPerSecond).toBe(10);
});

it('forgets what is longer ago than a minute', () => {
  const meter = new SpeedMeter();
  for (let second = 0; second <= 100; second++) meter.look(second <= 40 ? 0 : 7 * (second - 40), second);
  expect(meter.stepsPerSecond).toBeCloseTo(7);
});

it('begins anew with a run that goes back, and knows no speed of one that stands still', () => {
  const meter = new SpeedMeter();
  meter.look(1000, 0);
  meter.look(500, 10);
  expect(meter.stepsPerSecond).toBeUndefined();
  meter.look(500, 20);
  expect(meter.stepsPerSecond).toBeUndefined();
  meter.look(540, 30);
  expect(meter.stepsPerSecond).toBe(2);
});
