/** @typedef {import('./arrays.js').Array64} Array64 */

/**
 * Question 3.2 a, b: layer normalisation by hand. Returns y, and in `cache` whatever the backward pass needs.
 *
 * @param {Array64} x [S, M]
 * @param {Array64} gamma [M]
 * @param {Array64} beta [M]
 * @param {{ epsilon: number }} options
 * @returns {{ y: Array64, cache: any }}
 */
export function layerNormForward(x, gamma, beta, { epsilon }) {
  throw new Error('layerNormForward in src/layer-norm.js is empty');
}

/**
 * Question 3.2 a, b: the backward pass.
 *
 * @param {Array64} dout dL/dy, [S, M]
 * @param {any} cache of `layerNormForward`
 * @returns {{ dx: Array64, dgamma: Array64, dbeta: Array64 }} [S, M], [M], [M]
 */
export function layerNormBackward(dout, cache) {
  throw new Error('layerNormBackward in src/layer-norm.js is empty');
}
