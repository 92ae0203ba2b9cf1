import type { Exclusion } from './judge.js';

/** None: all that the cpu backend passes is passed. */
export const exclusions: readonly Exclusion[] = [];
