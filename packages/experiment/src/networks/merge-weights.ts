import type { Weights } from './network.js';

/** Fault of weights that were made for another network. */
export class UnfitWeights extends Error {
  override readonly name = 'UnfitWeights';
}

/**
 * Merges the weights of a network as it was made with others that were trained before.
 *
 * @param own weights as the network was made, in the order of its layers; the last is linear, its weight [classes, units].
 * @param trained the others, by the same names.
 * @param keepsHead whether the last layer is taken from them too. Default: where it has as many classes.
 * @returns arrays as `own` has them, in its types, and whether the last layer is a trained one.
 * @throws UnfitWeights naming the first array that is missing, unknown, or of another shape.
 */
export function mergeWeights(
  own: Weights,
  trained: Weights,
  keepsHead = sameShapes(own, trained, headOf(own)),
): { weights: Weights; keepsHead: boolean } {
  const head = headOf(own);
  const stranger = Object.keys(trained).find((name) => !Object.hasOwn(own, name));
  if (stranger !== undefined) throw new UnfitWeights(`there is no "${stranger}" in this network`);
  const merged: Weights = {};
  for (const [name, array] of Object.entries(own)) {
    const given = trained[name];
    if (!keepsHead && head.includes(name)) merged[name] = array;
    else if (given === undefined) throw new UnfitWeights(`"${name}" is missing`);
    else if (!sameShape(array, given)) {
      throw new UnfitWeights(`"${name}" is [${given.shape.join(', ')}], and here it is [${array.shape.join(', ')}]`);
    } else merged[name] = { shape: array.shape, data: inTypeOf(array.data, given.data) } as Weights[string];
  }
  return { weights: merged, keepsHead };
}

/** Returns the names of the arrays of the last layer: the last that has a matrix of weights. */
function headOf(own: Weights): string[] {
  const matrices = Object.keys(own).filter((name) => own[name]!.shape.length === 2);
  const layer = matrices.at(-1)?.replace(/[^.]*$/, '');
  return layer === undefined ? [] : Object.keys(own).filter((name) => name.startsWith(layer));
}

function sameShapes(own: Weights, trained: Weights, names: readonly string[]): boolean {
  return names.every((name) => trained[name] !== undefined && sameShape(own[name]!, trained[name]));
}

function sameShape(a: Weights[string], b: Weights[string]): boolean {
  return a.shape.length === b.shape.length && a.shape.every((length, axis) => length === b.shape[axis]);
}

function inTypeOf(own: Weights[string]['data'], given: Weights[string]['data']): Weights[string]['data'] {
  if (own.constructor === given.constructor) return given;
  return own instanceof Float64Array
    ? Float64Array.from(given as Float32Array)
    : Float32Array.from(given as Float64Array);
}
