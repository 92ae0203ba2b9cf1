export type { FloatArrays, FloatNdArray, Gradient } from './arrays.js';
export { type GradientPoint, largestOfInput, measureCondition, sumOfMagnitudes } from './condition.js';
export { type Float32Gradient, gradcheckFloat32 } from './gradcheck-float32.js';
export type { Float32Element, Float32InputReport, Float32Report } from './report.js';
