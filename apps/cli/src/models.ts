/** The networks that `train` knows. */
export const models = ['mlp-ndarray', 'mlp', 'convnet'] as const;

/** A network that `train` knows. */
export type ModelName = (typeof models)[number];
