import { assertCount } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import { cast, image, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core';

/**
 * Resizes images bilinearly, with the centres of pixels at half coordinates, as
 * `torch.nn.functional.interpolate(mode='bilinear', align_corners=False)` and TensorFlow 2 do. It does not smooth: an
 * image that becomes much smaller should be averaged down first.
 *
 * @param images [batch, height, width, channels], float32 or integers.
 * @param resolution height and width of the result.
 * @returns float32, [batch, resolution, resolution, channels].
 * @throws RangeError on another rank and on a resolution below 1.
 */
export function resizeImages(images: Tensor, resolution: number): Tensor4D {
  assertCount('resizeImages: resolution', resolution);
  if (images.rank !== 4) {
    throw new RangeError(
      `resizeImages: images have shape ${show(images.shape)}, but [batch, height, width, channels] is needed.`,
    );
  }
  return tidy(() => {
    const floats = (images.dtype === 'float32' ? images : cast(images, 'float32')) as Tensor4D;
    const [, height, width] = floats.shape;
    if (height === resolution && width === resolution) return floats.clone();
    return image.resizeBilinear(floats, [resolution, resolution], false, true);
  });
}
