export { gradientCases, layerNames } from './cases.js';
export {
  type CheckGradientsOptions,
  checkGradients,
  type StartedBackend,
  type TensorflowStart,
} from './check-gradients.js';
export { UnknownLayerError } from './errors.js';
export type {
  DifferentiableFunction,
  DrawGradient,
  DrawnFunction,
  DrawTensorGradient,
  GradientCase,
  GradientSubject,
  NdarrayCase,
  TensorflowCase,
  TensorGradient,
} from './gradient-case.js';
export { type GradientResult, type InputResult, type Precision, precisions, type WorstDerivative } from './result.js';
export { resultLines } from './result-lines.js';
