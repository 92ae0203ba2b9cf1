import { Cifar10Error } from '../errors.js';

/** Requires a shape of four lengths whose product is the number of values. @throws {Cifar10Error} `INVALID_OPTION` */
export function requireImages(images: Float32Array, shape: readonly number[]): void {
  if (shape.length !== 4 || shape.reduce((product, length) => product * length, 1) !== images.length) {
    throw new Cifar10Error(
      'INVALID_OPTION',
      `Images of shape [${shape.join(', ')}] in ${images.length} values: expected four lengths whose product is their number.`,
    );
  }
}
