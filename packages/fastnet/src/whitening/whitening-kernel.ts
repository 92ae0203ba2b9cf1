import { show } from '@cifarlab/internals/show';
import { symmetricEigen } from './symmetric-eigen.js';

/** Height and width of a patch. */
const SIZE = 2;

/**
 * Returns the filters that decorrelate the 2x2 patches of images: with eigenvalues λ and eigenvectors e of the patches'
 * second moments E[p pᵀ] (of standardised images about their covariance), e / √(λ + epsilon) for each, the smallest λ
 * first, and then the negatives of all of them (T. Page, "hlb-CIFAR10"; K. Jordan, arXiv:2404.00498, section 3.1). Sums
 * and eigenvectors are in float64.
 *
 * @param images [count, height, width, channels], row-major.
 * @param shape of `images`; height and width are 2 or more.
 * @param epsilon above 0.
 * @returns [2, 2, channels, 8 · channels], row-major.
 * @throws RangeError on a shape that has no patches or does not fit, on an epsilon of 0 or less, and on images that are not
 *   finite.
 */
export function whiteningKernel(images: ArrayLike<number>, shape: readonly number[], epsilon: number): Float32Array {
  assertImages(images, shape);
  if (!(epsilon > 0 && Number.isFinite(epsilon))) {
    throw new RangeError(`whiten: epsilon must be a number above 0; got ${show(epsilon)}.`);
  }
  const { values, vectors } = symmetricEigen(secondMoments(images, shape as [number, number, number, number]));
  if (!values.every(Number.isFinite)) {
    throw new RangeError('whiten: the images have values that are not finite; give preprocessed pixels.');
  }
  const length = values.length;
  const kernel = new Float32Array(2 * length * length);
  for (let k = 0; k < length; k++) {
    const scale = 1 / Math.sqrt(Math.max(values[k]!, 0) + epsilon);
    for (let i = 0; i < length; i++) {
      kernel[i * 2 * length + k] = scale * vectors[k]![i]!;
      kernel[i * 2 * length + length + k] = -scale * vectors[k]![i]!;
    }
  }
  return kernel;
}

/** Computes E[p pᵀ] of the patches p [2, 2, channels], flattened. */
function secondMoments(images: ArrayLike<number>, [count, height, width, channels]: [number, number, number, number]) {
  const row = SIZE * channels;
  const length = SIZE * row;
  const sums = new Float64Array(length * length);
  const patch = new Float64Array(length);
  for (let n = 0; n < count; n++) {
    for (let y = 0; y + SIZE <= height; y++) {
      for (let x = 0; x + SIZE <= width; x++) {
        // Neighbours in a row lie side by side.
        for (let dy = 0; dy < SIZE; dy++) {
          const from = ((n * height + y + dy) * width + x) * channels;
          for (let i = 0; i < row; i++) patch[dy * row + i] = images[from + i]!;
        }
        for (let i = 0; i < length; i++) {
          const value = patch[i]!;
          for (let j = i; j < length; j++) sums[i * length + j]! += value * patch[j]!;
        }
      }
    }
  }
  const patches = count * (height - SIZE + 1) * (width - SIZE + 1);
  return Array.from({ length }, (_, i) => Array.from({ length }, (_, j) => sums[i * length + j]! / patches));
}

function assertImages(images: ArrayLike<number>, shape: readonly number[]): void {
  const isShape = shape.length === 4 && shape.every((size) => Number.isSafeInteger(size) && size >= 1);
  if (!isShape || shape[1]! < SIZE || shape[2]! < SIZE) {
    throw new RangeError(
      `whiten: the images have shape ${show(shape)}, but [count, height, width, channels] with 2x2 pixels or more is needed.`,
    );
  }
  const size = shape.reduce((product, length) => product * length, 1);
  if (images.length !== size) {
    throw new RangeError(`whiten: images of shape ${show(shape)} have ${size} numbers; got ${images.length}.`);
  }
}
