/** Function applied to the result of a convolution: the identity, max(0, ·), or min(max(0, ·), 6). */
export type Rectifier = 'linear' | 'relu' | 'relu6';

export const RECTIFIERS: readonly Rectifier[] = ['linear', 'relu', 'relu6'];
