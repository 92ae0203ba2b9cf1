import type { Exclusion } from '../../../tfjs-backend-ort/test/tfjs-core/judge.js';

export const exclusions: readonly Exclusion[] = [
  {
    specs: /^maxPool .* ignores NaNs$/,
    reason: 'our kernel keeps NaN, so that a network that has diverged does not go unnoticed',
  },
  {
    specs: /^softmax .* Propagates NaNs$/,
    reason:
      "TensorFlow.js's own kernel, whose maximum of a row may drop NaN; the loss has a kernel of ours, which keeps it",
    dependsOnDriver: true,
  },
];
