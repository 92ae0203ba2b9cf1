import type { HyperparameterValue } from '@cifarlab/tensorboard';
import type { RunConfig } from '../records/run-config.js';
import { byKey } from '../settings/keys.js';

/** Returns the hyperparameters of a run by the keys of its `config.json`, as TensorBoard's table can hold them. */
export function hyperparametersOf({ model, settings }: RunConfig): Record<string, HyperparameterValue> {
  const entries = Object.entries(byKey(settings)).map(([key, value]) => [key, cell(value)] as const);
  return { network: model, ...Object.fromEntries(entries) };
}

function cell(value: unknown): HyperparameterValue {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return String(value);
}
