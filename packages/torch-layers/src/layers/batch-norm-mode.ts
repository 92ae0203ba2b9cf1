/** Which statistics a batch normalisation trains with: the ones that it has, or the batch's. */
export type BatchNormMode = 'frozen' | 'training';

export const BATCH_NORM_MODES: readonly BatchNormMode[] = ['frozen', 'training'];
