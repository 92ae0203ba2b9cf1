/** The smooth activations, in the order of their codes in kernels. */
export const SMOOTH_ACTIVATIONS = ['silu', 'gelu'] as const;

/**
 * A smooth function that follows a layer: `silu` is x · σ(x) with σ the logistic function (Elfwing et al.,
 * arXiv:1702.03118), `gelu` is x · Φ(x) with Φ the distribution function of N(0, 1) (Hendrycks and Gimpel,
 * arXiv:1606.08415), by its integral and not by its approximation with tanh.
 */
export type SmoothActivation = (typeof SMOOTH_ACTIVATIONS)[number];
