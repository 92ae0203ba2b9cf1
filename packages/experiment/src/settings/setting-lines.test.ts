import { expect, it } from 'vitest';
import { networkOf } from '../networks/registry.js';
import { settingLines } from './setting-lines.js';

it("spells the settings as the course's scripts do and leaves out those without a meaning", () => {
  const { settings } = networkOf('mlp-ndarray');
  const lines = settingLines(settings);
  expect(lines).toContain('dnn_hidden_units : 100');
  expect(lines).toContain('learning_rate : 0.001');
  expect(lines).toContain('batch_size : 200');
  expect(lines.join('\n')).not.toMatch(/neg_slope|from|early_stopping|schedule_steps/);
  expect(lines).toHaveLength(Object.keys(settings).length - 4);
});

it('has the names that the scripts have', () => {
  expect(settingLines({ negativeSlope: 0.02 })).toEqual(['neg_slope : 0.02']);
});
