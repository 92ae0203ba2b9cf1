import type { OnnxAttribute } from '../graph/attribute.js';
import type { Shape } from './layer-context.js';

/** Padding around images: TensorFlow's name for it, or a number of pixels on every side. */
type Padding = 'same' | 'valid' | number;

/** A window that moves over images. */
export interface Window {
  /** Height and width. */
  size: number;
  /** Stride in both directions. */
  stride: number;
  padding: Padding;
}

/**
 * Returns the attributes that pad images. TensorFlow's `same` pads below and to the right by one more pixel where the
 * number is odd, and by less where the stride leaves pixels over.
 *
 * @param shape of the images, [batch, height, width, channels].
 */
export function padding(shape: Shape, window: Window): Record<string, OnnxAttribute> {
  const [height, width] = [shape[1]!, shape[2]!];
  // Where a run decides the size, the runtime finds the padding.
  if (window.padding === 'same' && window.stride > 1 && (height === null || width === null)) {
    return { auto_pad: 'SAME_UPPER' };
  }
  const [top, bottom] = sides(height, window);
  const [left, right] = sides(width, window);
  return { pads: [top, left, bottom, right] };
}

function sides(length: number | null, { size, stride, padding }: Window): [before: number, after: number] {
  if (padding === 'valid') return [0, 0];
  if (padding !== 'same') return [padding, padding];
  const total = length === null ? size - 1 : Math.max(0, (Math.ceil(length / stride) - 1) * stride + size - length);
  const before = Math.floor(total / 2);
  return [before, total - before];
}
