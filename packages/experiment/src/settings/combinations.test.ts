import { describe, expect, it } from 'vitest';
import { networkOf, type SettingsOf } from '../networks/registry.js';
import type { GivenSettings } from './network-settings.js';
import { SettingError } from './setting-error.js';
import { settingsOf } from './settings-of.js';

const ndarray = networkOf('mlp-ndarray');
const mlp = networkOf('mlp');
const convnet = networkOf('convnet');

describe('settings of the MLP on ndarrays', () => {
  it.each<Partial<SettingsOf<'mlp-ndarray'>>>([
    {},
    { activation: 'leaky-relu', negativeSlope: 0.02 },
    { earlyStopping: 3, validationSize: 5000 },
    { warmupSteps: 1400 },
    { schedule: 'one-cycle', maxSteps: 4 },
    { schedule: 'one-cycle', maxSteps: 3, scheduleSteps: 4 },
  ])('go together as %j', (given) => {
    expect(() => settingsOf(ndarray, given)).not.toThrow();
  });

  it.each<[Partial<SettingsOf<'mlp-ndarray'>>, string]>([
    [
      { negativeSlope: 0.1 },
      'negativeSlope 0.1 has no meaning for activation elu; leave it out or use activation leaky-relu',
    ],
    [{ earlyStopping: 3 }, 'earlyStopping 3 needs validation images to watch; add validationSize, 5000 for example'],
    [{ warmupSteps: 1401 }, 'warmupSteps 1401 is more than maxSteps 1400; warm up for fewer steps'],
    [
      { warmupSteps: 5, scheduleSteps: 4, schedule: 'cosine' },
      'warmupSteps 5 is more than scheduleSteps 4; warm up for fewer steps',
    ],
    [
      { scheduleSteps: 4 },
      'scheduleSteps 4 has no effect on schedule constant; leave it out, or choose another schedule',
    ],
    [{ warmupSteps: 5, schedule: 'one-cycle' }, 'schedule one-cycle has a warm-up of its own; leave out warmupSteps 5'],
    [
      { schedule: 'one-cycle', maxSteps: 3 },
      'schedule one-cycle cannot rise and fall in maxSteps 3; train for 4 steps at least',
    ],
    [
      { schedule: 'one-cycle', scheduleSteps: 3 },
      'schedule one-cycle cannot rise and fall in scheduleSteps 3; train for 4 steps at least',
    ],
    [{ norm: 'batch', batchSize: 1 }, 'norm batch cannot normalise a batch of one image; use a larger batchSize'],
  ])('contradict each other as %j', (given, message) => {
    expect(() => settingsOf(ndarray, given)).toThrow(SettingError);
    expect(() => settingsOf(ndarray, given)).toThrow(message);
  });
});

describe('the learning rate of what Muon leaves to SGD', () => {
  it('needs Muon', () => {
    expect(() => settingsOf(convnet, { optimizer: 'muon', sgdLearningRate: 0.1 })).not.toThrow();
    expect(() => settingsOf(convnet, { sgdLearningRate: 0.1 })).toThrow(
      'sgdLearningRate 0.1 has no meaning for optimizer adam; leave it out or use optimizer muon',
    );
  });
});

describe('the parts of a batch', () => {
  it('are no more than its images', () => {
    expect(() => settingsOf(mlp, { batchSize: 7, accumulate: 7 })).not.toThrow();
    expect(() => settingsOf(mlp, { batchSize: 7, accumulate: 8 })).toThrow(
      'accumulate 8 is more than batchSize 7; use a smaller one',
    );
  });
});

describe('settings of an optimizer', () => {
  it.each<GivenSettings<typeof mlp>>([
    { weightDecay: 0.1, labelSmoothing: 0.1 },
    { momentum: 0.9 },
    { momentum: 0.9, nesterov: true },
    { optimizer: 'adam' },
    { optimizer: 'adamw' },
  ])('go together as %j', (given) => {
    expect(() => settingsOf(mlp, given)).not.toThrow();
  });

  it.each<[GivenSettings<typeof mlp>, string]>([
    [
      { optimizer: 'adam', momentum: 0.9 },
      'momentum 0.9 has no meaning for optimizer adam; leave it out or use optimizer sgd',
    ],
    [{ optimizer: 'adamw', momentum: 0.1 }, 'momentum 0.1 has no meaning for optimizer adamw'],
    [{ nesterov: true }, 'nesterov true needs optimizer sgd with a momentum, 0.9 for example'],
    [{ optimizer: 'adam', nesterov: true }, 'nesterov true needs optimizer sgd'],
  ])('contradict each other as %j', (given, message) => {
    expect(() => settingsOf(mlp, given)).toThrow(SettingError);
    expect(() => settingsOf(mlp, given)).toThrow(message);
  });
});

it('one image is too few for the last batch norm of the ConvNet', () => {
  expect(() => settingsOf(networkOf('convnet'), { batchSize: 1 })).toThrow(
    'batchSize 1 leaves one value per channel to the last batch norm; use a larger batchSize',
  );
});
