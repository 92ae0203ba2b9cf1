export type { Size } from './arguments.js';
export type { NdArrayLike } from './items.js';
export { RandomState, type TypedArray } from './random-state.js';
export type { RandomStateSnapshot } from './snapshot.js';
