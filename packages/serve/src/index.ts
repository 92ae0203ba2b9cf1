export type { ImageNetwork } from './image-network.js';
export type { ServeLimits } from './limits.js';
export { ServeError, type ServeErrorCode } from './serve-error.js';
export { type ServedNetwork, type ServeOptions, serveNetwork } from './serve-network.js';
export { type ServeRunOptions, serveRun } from './serve-run.js';
