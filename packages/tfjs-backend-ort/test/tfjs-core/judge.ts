import type { SpecResult } from './spec-result.js';

/** Specs of tfjs-core that a backend fails on purpose. */
export interface Exclusion {
  /** Matches the full names of the specs: suite, environment and spec, such as `conv2d ort {} x=[1,4,4] …`. */
  readonly specs: RegExp;
  readonly reason: string;
  /** Whether they pass on some GPUs. */
  readonly dependsOnDriver?: boolean;
}

/** The body of a test that stands for a spec: it fails, passes and is skipped with it. */
export function judge(spec: SpecResult, excluded: Exclusion | undefined, skip: (reason: string) => void): void {
  if (spec.status === 'pending') skip(`switched off in tfjs-core: ${spec.pendingReason}`);
  else if (excluded && spec.status === 'passed') {
    if (excluded.dependsOnDriver) return;
    throw new Error(`This spec passes, though it is excluded (${excluded.reason}): narrow its exclusion`);
  } else if (excluded) skip(excluded.reason);
  else if (spec.status !== 'passed') throw new Error(spec.failures.join('\n') || spec.status);
}
