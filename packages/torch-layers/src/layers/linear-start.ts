/** What the weights of a linear layer start from. */
export type LinearStart = 'uniform' | 'zeros';

export const LINEAR_STARTS: readonly LinearStart[] = ['uniform', 'zeros'];
