export { maxNormError, relError } from './error-measures.js';
export {
  assertGradcheck,
  type Evaluation,
  GradcheckError,
  type GradcheckFunction,
  type GradcheckInputs,
  type GradcheckOptions,
  type Gradients,
  gradcheck,
} from './gradcheck.js';
export { evalNumericalGradient, evalNumericalGradientArray } from './numerical-gradient.js';
export {
  formatGradcheckReport,
  type GradcheckElement,
  type GradcheckInputReport,
  type GradcheckReport,
} from './report.js';
