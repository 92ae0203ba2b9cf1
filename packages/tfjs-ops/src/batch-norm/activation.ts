/** Function applied to the normalised values: the identity, or max(0, ·). */
export type BatchNormActivation = 'linear' | 'relu';

export const BATCH_NORM_ACTIVATIONS: readonly BatchNormActivation[] = ['linear', 'relu'];
