import type { LayersModel, layers } from '@tensorflow/tfjs-layers';

/**
 * Returns the head of a classifier: its last layer.
 *
 * @throws TypeError when that has no weights.
 */
export function headOf(model: LayersModel): layers.Layer {
  const last = model.layers.at(-1);
  if (last === undefined || last.weights.length === 0) {
    throw new TypeError(
      `the model ${JSON.stringify(model.name)} ends in ${last?.getClassName() ?? 'nothing'}, which has no weights; ` +
        'give a model that ends in a linear layer.',
    );
  }
  return last;
}
