import { type LayersModel, model as layersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { headOf } from './head.js';

/**
 * Returns the model up to its pooled features, [batch, height, width, 3] -> [batch, features]: what its head, a linear
 * layer, reads. It shares the layers and their weights: dispose of one of the two models only.
 *
 * @throws TypeError when the model does not end in a layer with weights.
 */
export function headFeatures(model: LayersModel): LayersModel {
  const features = featuresBefore(headOf(model).input as SymbolicTensor);
  return layersModel({ name: `${model.name}_features`, inputs: model.inputs, outputs: features });
}

/**
 * Returns the features before the dropout in front of the head, which has no effect outside training and needs a step
 * in it.
 */
function featuresBefore(tensor: SymbolicTensor): SymbolicTensor {
  const { sourceLayer } = tensor;
  return 'rate' in sourceLayer ? featuresBefore(sourceLayer.input as SymbolicTensor) : tensor;
}
