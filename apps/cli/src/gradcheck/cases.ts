import type { NdarrayCase } from './gradient-case.js';
import { lossCases } from './loss-cases.js';
import { moduleCases } from './module-cases.js';
import { networkCases } from './network-cases.js';

/** Every gradient that is written by hand on ndarrays. */
export const ndarrayCases: readonly NdarrayCase[] = [...moduleCases, ...lossCases, ...networkCases];
