/** How often a kernel ran natively, and how often it was left to tfjs's cpu kernel. */
export interface CallCount {
  /** Calls that computed natively. */
  native: number;
  /** Calls that were left to tfjs's cpu kernel. */
  cpu: number;
}

const KEY = Symbol.for('@cifarlab/tfjs-backend-ort/call-counts');

/** Shared by all copies of this module in the process (such as the ES module and the CommonJS one). */
function counts(): Map<string, CallCount> {
  const shared = globalThis as { [KEY]?: Map<string, CallCount> };
  shared[KEY] ??= new Map();
  return shared[KEY];
}

/** Returns the count of one kernel, to be increased. */
export function callCount(kernelName: string): CallCount {
  let count = counts().get(kernelName);
  if (!count) {
    count = { native: 0, cpu: 0 };
    counts().set(kernelName, count);
  }
  return count;
}

/**
 * Calls of each kernel of the `ort` backend since registration, or since `resetNativeCallCounts`: computed natively, and
 * left to tfjs's cpu kernel. Kernels that were not called are left out.
 */
export function nativeCallCounts(): Record<string, CallCount> {
  const called = [...counts()].filter(([, { native, cpu }]) => native + cpu > 0);
  return Object.fromEntries(called.map(([name, count]) => [name, { ...count }]));
}

/** Sets all counts to zero. */
export function resetNativeCallCounts(): void {
  for (const count of counts().values()) {
    count.native = 0;
    count.cpu = 0;
  }
}
