import { expect, it } from 'vitest';
import { checkOptimizer, type OptimizerSettings } from './optimizer-settings.js';
import { SettingError } from './setting-error.js';

const plain: OptimizerSettings = {
  optimizer: 'sgd',
  learningRate: 1e-3,
  momentum: 0,
  nesterov: false,
  weightDecay: 0.1,
  labelSmoothing: 0.1,
};

it.each<Partial<OptimizerSettings>>([
  {},
  { momentum: 0.9 },
  { momentum: 0.9, nesterov: true },
  { optimizer: 'adam' },
  { optimizer: 'adamw' },
])('accepts %j', (changes) => {
  expect(() => checkOptimizer({ ...plain, ...changes })).not.toThrow();
});

it.each<[Partial<OptimizerSettings>, RegExp]>([
  [{ optimizer: 'adam', momentum: 0.9 }, /momentum 0\.9 has no meaning for optimizer adam; .* use optimizer sgd/],
  [{ optimizer: 'adamw', momentum: 0.1 }, /momentum 0\.1 has no meaning for optimizer adamw/],
  [{ nesterov: true }, /nesterov true needs optimizer sgd with a momentum, 0\.9 for example/],
  [{ optimizer: 'adam', nesterov: true }, /nesterov true needs optimizer sgd/],
])('refuses %j', (changes, message) => {
  const check = () => checkOptimizer({ ...plain, ...changes });
  expect(check).toThrow(SettingError);
  expect(check).toThrow(message);
});
