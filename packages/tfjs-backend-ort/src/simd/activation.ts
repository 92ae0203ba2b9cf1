/** Functions that follow a sum, in the order of their codes in assembly/activate.ts. */
export const ACTIVATIONS = ['linear', 'relu', 'relu6'] as const;

/** x; max(x, 0); min(max(x, 0), 6). NaN stays NaN. */
export type Activation = (typeof ACTIVATIONS)[number];
