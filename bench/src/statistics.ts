/** Returns the middle one; of an even number, the mean of the two in the middle. @throws RangeError for none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('The median of no values is asked for; give one or more.');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** How two engines compare over rounds that were measured in turn. */
export interface Ratio {
  /** The median of the rounds' ratios: what slows a machine down for a while falls on both sides of a round. */
  median: number;
  min: number;
  max: number;
}

/**
 * @param ours times of each round, measured before those of the peer.
 * @param theirs the same for the peer.
 * @throws RangeError when the rounds differ in number, or there are none.
 */
export function ratioOfRounds(ours: readonly (readonly number[])[], theirs: readonly (readonly number[])[]): Ratio {
  if (ours.length !== theirs.length) {
    throw new RangeError(
      `${ours.length} rounds cannot be compared with ${theirs.length}; measure both in every round.`,
    );
  }
  const ratios = ours.map((times, round) => median(times) / median(theirs[round]!));
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}
