export { RandomState } from './random-state.js';
export type { RandomStateSnapshot } from './snapshot.js';
