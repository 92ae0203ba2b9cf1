/** Statistics that a batch normalisation trains with: the fixed ones it has, or the batch's. */
export type BatchNormMode = 'frozen' | 'training';

export const BATCH_NORM_MODES: readonly BatchNormMode[] = ['frozen', 'training'];
