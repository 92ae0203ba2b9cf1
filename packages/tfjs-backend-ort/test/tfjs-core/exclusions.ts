/** Specs of tfjs-core that this backend fails on purpose. */
export interface Exclusion {
  /** Matches the full names of the specs: suite, environment and spec, such as `conv2d ort {} x=[1,4,4] …`. */
  readonly specs: RegExp;
  readonly reason: string;
}

/** None: all that the cpu backend passes is passed. */
export const exclusions: readonly Exclusion[] = [];
