import { sameShape } from '@cifarlab/internals/shapes';
import { show } from '@cifarlab/internals/show';

/**
 * Requires that layer normalisation is defined: x [..., features] with one value of gamma and of beta per feature.
 *
 * @throws RangeError naming the shape received.
 */
export function assertShapes(
  what: string,
  x: { shape: readonly number[] },
  parameters: Readonly<Record<'gamma' | 'beta', { shape: readonly number[] }>>,
): void {
  const features = x.shape.at(-1);
  if (features === undefined || features === 0) {
    throw new RangeError(
      `${what}: x has shape ${show(x.shape)}, but [..., features] with 1 feature or more is needed: ` +
        'the values along the last axis are normalised together.',
    );
  }
  for (const [name, { shape }] of Object.entries(parameters)) {
    if (!sameShape(shape, [features])) {
      throw new RangeError(
        `${what}: ${name} has shape ${show(shape)}, but x of shape ${show(x.shape)} needs [${features}], ` +
          'one value per feature.',
      );
    }
  }
}
