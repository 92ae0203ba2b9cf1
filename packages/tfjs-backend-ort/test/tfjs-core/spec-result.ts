/** How one spec of tfjs-core's suite went. */
export interface SpecResult {
  readonly fullName: string;
  /** `passed`, `failed`, or `pending` for what tfjs-core itself has switched off. */
  readonly status: string;
  readonly failures: readonly string[];
  /** Why it is pending; otherwise empty. */
  readonly pendingReason: string;
}
