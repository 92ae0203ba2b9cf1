import { imageFromValues, type PixelImage, type ReportBlock } from '@cifarlab/plots';
import type { Weights } from '../networks/network.js';
import type { StoredNetwork } from '../run/saved-network.js';

/** Filters that are shown of a layer with more: enough to see what it looks for, few enough for a page. */
export const MOST_FILTERS = 32;

const SCALED = 'Each is scaled by itself, its three colours together: the smallest weight is 0, the largest 255.';

interface Filter {
  /** Number of the unit, from 0. */
  unit: number;
  /** [3, side, side] */
  weights: Float32Array | Float64Array;
}

/**
 * Draws what each unit of the first layer looks for, in the layout of the images.
 *
 * @returns undefined where the network has no first layer over whole colour images.
 */
export function firstLayerBlock({
  network: { firstLayer },
  weights,
  classNames,
}: Pick<StoredNetwork, 'network' | 'weights' | 'classNames'>): ReportBlock | undefined {
  if (firstLayer === undefined) return undefined;
  const { name, next } = firstLayer;
  const array = weights[firstLayer.weights];
  if (isFilters(array, 4)) return kernels(array, name);
  if (!isFilters(array, 2) || array.shape[1] !== 3 * 32 * 32) return undefined;
  const filters = split(array, 3 * 32 * 32);
  if (next === undefined || weights[next] === undefined) {
    return block(filters, 32, 80, 'The weights of each class, 32 x 32 in colour.', classNames);
  }
  const shown = strongest(filters, MOST_FILTERS);
  const which =
    shown.length < filters.length ? `the ${shown.length} of ${filters.length} with the largest norm` : 'all';
  return block(shown, 32, 64, `The weights of units of ${name} (${which}), 32 x 32 in colour.`);
}

function kernels(array: FloatArray, name: string): ReportBlock | undefined {
  const [count, channels, side, width] = array.shape as [number, number, number, number];
  if (channels !== 3 || side !== width) return undefined;
  const caption = `The ${count} kernels of ${name}, ${side} x ${side} in colour, enlarged.`;
  return block(split(array, 3 * side * side), side, 16 * side, caption);
}

type SavedArray = Weights[string];
type FloatArray = SavedArray & { readonly data: Float32Array | Float64Array };

function isFilters(array: SavedArray | undefined, rank: number): array is FloatArray {
  return (
    array !== undefined &&
    array.shape.length === rank &&
    (array.data instanceof Float32Array || array.data instanceof Float64Array)
  );
}

function split({ shape, data }: FloatArray, size: number): Filter[] {
  return Array.from({ length: shape[0]! }, (_, unit) => ({
    unit,
    weights: data.subarray(unit * size, (unit + 1) * size),
  }));
}

/** Returns the filters of the largest norm, in the order of the units. */
function strongest(filters: readonly Filter[], count: number): Filter[] {
  return filters
    .map((filter) => ({ filter, size: squaredNorm(filter) }))
    .sort((a, b) => b.size - a.size)
    .slice(0, count)
    .map(({ filter }) => filter)
    .sort((a, b) => a.unit - b.unit);
}

function squaredNorm({ weights }: Filter): number {
  let sum = 0;
  for (const weight of weights) sum += weight * weight;
  return Number.isFinite(sum) ? sum : 0;
}

function block(
  filters: readonly Filter[],
  side: number,
  imageSize: number,
  caption: string,
  names?: readonly string[],
): ReportBlock {
  const images = filters.map(({ unit, weights }) => {
    return { ...picture(weights, side), ...(names === undefined ? {} : { caption: names[unit]! }) };
  });
  // Without names there is nothing to read out but what they are.
  const label = names === undefined ? { label: caption } : {};
  return { kind: 'images', images, imageSize, caption: `${caption} ${SCALED}`, ...label };
}

function picture(weights: Filter['weights'], side: number): PixelImage {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const weight of weights) {
    if (weight < low) low = weight;
    if (weight > high) high = weight;
  }
  const size = { width: side, height: side };
  // Weights that are all the same, or have diverged, have no range; the default shows them as grey.
  return imageFromValues(weights, Number.isFinite(high - low) && low < high ? { ...size, range: [low, high] } : size);
}
