export { type PretrainedName, pretrainedNames } from './catalogue.js';
export { type PretrainedAttempt, PretrainedError, type PretrainedErrorCode } from './error.js';
export { loadPretrained, type Pretrained, type PretrainedSource } from './load-pretrained.js';
export type { PretrainedOptions } from './options.js';
export type { PretrainedOrigin, PretrainedProgress } from './progress.js';
