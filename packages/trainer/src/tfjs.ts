export { backpropagate } from './tfjs/backpropagate.js';
export type { TfjsBatch } from './tfjs/batch.js';
export type { TfjsModel, TfjsWeight } from './tfjs/model.js';
export type { HeldState, TfjsOptimizer, TfjsOptimizerState } from './tfjs/optimizer.js';
export { type Classified, TfjsLearner, type TfjsLearnerOptions, type ViewsOptions } from './tfjs/tfjs-learner.js';
