/** Bilinear resizing of NHWC images. */
import { add, get, mul, putLanes, sub } from './vector';

/** The pixel before a position, in the image. */
// @ts-ignore: decorator
@inline
function pixelBefore(position: f64): i32 {
  return <i32>max<f64>(0, Math.floor(position));
}

/**
 * Computes y[n, i, j, c], the four pixels of x around the position (i, j) weighted by how near they are. Positions are
 * i * scale, or (i + 1/2) * scale - 1/2 with `halfPixelCentres`; outside the image its last row or column continues.
 */
export function resizeBilinear(
  x: usize,
  y: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  scaleY: f64,
  scaleX: f64,
  halfPixelCentres: bool,
): void {
  const pixelBytes = <usize>channels << 2;
  const lineBytes = <usize>width * pixelBytes;
  const shift: f64 = halfPixelCentres ? 0.5 : 0;
  for (let n = 0; n < images; n++) {
    const image = x + <usize>n * <usize>height * lineBytes;
    for (let i = 0; i < outHeight; i++) {
      const positionY = scaleY * (<f64>i + shift) - shift;
      const top = pixelBefore(positionY);
      const down = f32x4.splat(<f32>(positionY - <f64>top));
      const upper = image + <usize>top * lineBytes;
      const lower = image + <usize>min(height - 1, <i32>Math.ceil(positionY)) * lineBytes;
      for (let j = 0; j < outWidth; j++) {
        const positionX = scaleX * (<f64>j + shift) - shift;
        const left = pixelBefore(positionX);
        const across = f32x4.splat(<f32>(positionX - <f64>left));
        const before = <usize>left * pixelBytes;
        const behind = <usize>min(width - 1, <i32>Math.ceil(positionX)) * pixelBytes;
        for (let z: usize = 0; z < pixelBytes; z += 16) {
          const above = between(get(upper + before + z), get(upper + behind + z), across);
          const below = between(get(lower + before + z), get(lower + behind + z), across);
          putLanes(y + z, between(above, below, down), (pixelBytes - z) >> 2);
        }
        y += pixelBytes;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function between(a: v128, b: v128, share: v128): v128 {
  return add(a, mul(sub(b, a), share));
}
