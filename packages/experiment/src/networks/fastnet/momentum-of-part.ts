/** Weight of a step's batch in the running statistics of batch normalisation. */
const BATCH_NORM_MOMENTUM = 0.4;

/** Returns the weight of each of so many parts of a batch, which together leave as much of the old statistics as one batch. */
export function momentumOfPart(parts: number): number {
  return 1 - (1 - BATCH_NORM_MOMENTUM) ** (1 / parts);
}
