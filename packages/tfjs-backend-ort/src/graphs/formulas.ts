import type { Formula } from './elementwise.js';

/**
 * Activation functions and their like. Each is NaN for NaN. Where ONNX has the operator but ONNX Runtime computes it with
 * few correct digits near some of its limits, the formula is another one.
 */

/** max(x, 0). */
export const relu: Formula = (node, x) => node('Relu', x);

/** min(max(x, 0), 6). */
export const relu6: Formula = (node, x) => node('Min', node('Relu', x), 6);

/** x, and slope * x where x < 0. */
export const leakyRelu: Formula = (node, x, slope) => node('Where', node('Less', x, 0), node('Mul', slope, x), x);

/**
 * x, and exp(x) - 1 where x < 0: by exp(x) - 1 = 2 t / (1 - t) with t = tanh(x / 2), which keeps its digits where x is
 * small. ONNX Runtime's own subtracts 1 from exp(x) in float32 and keeps none.
 */
export const elu: Formula = (node, x) => {
  const t = node('Tanh', node('Mul', node('Min', x, 0), 0.5));
  return node('Add', node('Max', x, 0), node('Div', node('Add', t, t), node('Sub', 1, t)));
};

/** 1 / (1 + exp(-x)). ONNX Runtime's own is off by up to 2e-7, which is everything where x is far below 0. */
export const sigmoid: Formula = (node, x) => node('Div', 1, node('Add', node('Exp', node('Neg', x)), 1));
