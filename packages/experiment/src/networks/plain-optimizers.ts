import type { AllSettings } from '../settings/table.js';

/** The optimizers that update every weight by the same rule. */
export const plainOptimizers = ['sgd', 'adam', 'adamw'] as const satisfies readonly AllSettings['optimizer'][];
