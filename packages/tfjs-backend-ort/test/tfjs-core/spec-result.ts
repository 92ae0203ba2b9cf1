/** Outcome of one spec of tfjs-core's suite. */
export interface SpecResult {
  readonly fullName: string;
  /** `passed`, `failed`, or `pending` for what tfjs-core itself has switched off. */
  readonly status: string;
  readonly failures: readonly string[];
  /** Why it is pending; otherwise empty. */
  readonly pendingReason: string;
}

/** Report of a run of the suite. */
export interface SuiteReport<Calls> {
  readonly specs: readonly SpecResult[];
  /** Calls of each kernel by all specs. */
  readonly calls: Readonly<Record<string, Calls>>;
}
