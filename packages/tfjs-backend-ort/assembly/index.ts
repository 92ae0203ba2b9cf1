export { winogradTransform } from './winograd';
export { winogradWeights, winogradWeightsAdjoint } from './winograd-weights';
export { setWorkspace } from './workspace';
