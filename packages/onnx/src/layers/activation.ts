import type { LayerContext } from './layer-context.js';

/** The activations by their names in tf.layers and in the layers here. */
const activations: Readonly<Record<string, (layer: LayerContext, x: string) => string>> = {
  linear: (_layer, x) => x,
  elu: (layer, x) => layer.node('Elu', [x]),
  relu: (layer, x) => layer.node('Relu', [x]),
  relu6: (layer, x) => layer.node('Clip', [x, layer.scalar(0), layer.scalar(6)]),
  tanh: (layer, x) => layer.node('Tanh', [x]),
  sigmoid: (layer, x) => layer.node('Sigmoid', [x]),
  swish: silu,
  silu,
  gelu,
};

/**
 * Adds an activation, and returns the name of its output.
 *
 * @throws OnnxError, `UNSUPPORTED`, for one that is not known here.
 */
export function activate(layer: LayerContext, x: string, name: unknown): string {
  const add = typeof name === 'string' && Object.hasOwn(activations, name) ? activations[name] : undefined;
  if (add === undefined) throw layer.unsupported('the activation', name);
  return add(layer, x);
}

/** x σ(x) */
function silu(layer: LayerContext, x: string): string {
  return layer.node('Mul', [x, layer.node('Sigmoid', [x])]);
}

/** x (1 + erf(x / √2)) / 2 */
function gelu(layer: LayerContext, x: string): string {
  const erf = layer.node('Erf', [layer.node('Mul', [x, layer.scalar(Math.SQRT1_2)])]);
  return layer.node('Mul', [layer.node('Mul', [x, layer.node('Add', [erf, layer.scalar(1)])]), layer.scalar(0.5)]);
}
