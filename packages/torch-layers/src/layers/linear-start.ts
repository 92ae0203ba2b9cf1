/** Initial weights of a linear layer. */
export type LinearStart = 'uniform' | 'zeros';

export const LINEAR_STARTS: readonly LinearStart[] = ['uniform', 'zeros'];
