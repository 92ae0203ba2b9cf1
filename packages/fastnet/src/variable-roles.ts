import type { Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** A network's trainable variables by what they are trained with. */
export interface VariableRoles {
  /** Filters of convolutions. */
  filters: Variable[];
  /** The bias behind the whitening. */
  whiteningBias: Variable[];
  /** The offsets of batch normalisation. */
  normBiases: Variable[];
  /** The matrix of the last layer. */
  head: Variable[];
}

/** Returns the trainable variables of a network of `createFastNet`, each in one of the roles. */
export function variableRoles(model: LayersModel): VariableRoles {
  const roles: VariableRoles = { filters: [], whiteningBias: [], normBiases: [], head: [] };
  for (const layer of model.layers) {
    for (const weight of layer.trainableWeights) {
      const variable = weight.read() as Variable;
      if (variable.rank === 4) roles.filters.push(variable);
      else if (variable.rank === 2) roles.head.push(variable);
      else if (layer.getClassName() === 'CifarlabWhitening') roles.whiteningBias.push(variable);
      else roles.normBiases.push(variable);
    }
  }
  return roles;
}
