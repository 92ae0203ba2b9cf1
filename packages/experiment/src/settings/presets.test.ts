import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../networks/registry.js';
import { settingsOf } from './settings-of.js';

const convnet = networkOf('convnet');
const { optimizer, learningRate, momentum, nesterov } = convnet.settings;

describe('a preset', () => {
  it.each([
    ['mlp', 'mlp-strong'],
    ['convnet', 'convnet-strong'],
    ['finetune', 'finetune'],
  ] as const)('gives %s the settings of the recorded run', (name, run) => {
    const file = new URL(`../../../../docs/results/${run}/config.json`, import.meta.url);
    const { settings } = JSON.parse(readFileSync(file, 'utf8'));
    const { strong } = networkOf(name).presets!;
    expect(Object.keys(strong).length).toBeGreaterThan(5);
    expect(settings).toMatchObject(strong);
    expect(settingsOf(networkOf(name), { preset: 'strong' })).toMatchObject(strong);
  });

  it('leaves the defaults to course', () => {
    expect(settingsOf(convnet, { preset: 'course', maxSteps: 10 })).toEqual({ ...convnet.settings, maxSteps: 10 });
  });

  it('fills in what is not given', () => {
    expect(settingsOf(convnet, { preset: 'strong' })).toMatchObject({
      optimizer: 'muon',
      learningRate: 0.12,
      momentum: 0.6,
      sgdLearningRate: 0.4,
      nesterov: false,
      flip: true,
      maxSteps: 880,
    });
    // Also where what is given is the default.
    expect(settingsOf(convnet, { preset: 'strong', maxSteps: 5000, sgdLearningRate: null, flip: false })).toMatchObject(
      {
        optimizer: 'muon',
        momentum: 0.6,
        sgdLearningRate: null,
        flip: false,
        maxSteps: 5000,
      },
    );
  });

  it('keeps what is meant for its optimizer from another one', () => {
    expect(settingsOf(convnet, { preset: 'strong', optimizer })).toMatchObject({
      optimizer,
      learningRate,
      momentum,
      nesterov,
      sgdLearningRate: null,
      flip: true,
    });
    expect(settingsOf(convnet, { preset: 'strong', optimizer: 'muon' })).toMatchObject({
      optimizer: 'muon',
      learningRate: 0.12,
      momentum: 0.6,
    });
  });
});
