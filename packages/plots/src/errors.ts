/** Error for data handed to a chart that break a rule; the message names the value, the rule and the remedy. */
export class PlotError extends Error {
  override readonly name = 'PlotError';
}

/** Throws a {@link PlotError} unless `value` is a finite number within [low, high]. */
export function requireRange(what: string, value: number, low: number, high = Number.POSITIVE_INFINITY): void {
  if (typeof value === 'number' && Number.isFinite(value) && value >= low && value <= high) return;
  const range = high === Number.POSITIVE_INFINITY ? `at least ${low}` : `from ${low} to ${high}`;
  throw new PlotError(`${what} is ${String(value)}: give a number ${range}`);
}

/** Throws a {@link PlotError} unless `value` is one of `choices`. */
export function requireChoice<T>(what: string, value: T, choices: readonly T[]): void {
  if (choices.includes(value)) return;
  throw new PlotError(`${what} is ${JSON.stringify(value)}: choose one of ${choices.join(', ')}`);
}
