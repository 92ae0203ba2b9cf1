import type { GradientCase } from './gradient-case.js';
import { lossCases } from './ndarray/loss-cases.js';
import { moduleCases } from './ndarray/module-cases.js';
import { networkCases } from './ndarray/network-cases.js';
import { tensorflowCases } from './tensorflow/cases.js';

/** Every gradient that cifarlab's packages have written by hand, in the order in which they are checked. */
export const gradientCases: readonly GradientCase[] = [
  ...moduleCases,
  ...lossCases,
  ...networkCases,
  ...tensorflowCases,
];

/** The names of their layers, each once. */
export const layerNames: readonly string[] = [...new Set(gradientCases.map(({ layer }) => layer))];
