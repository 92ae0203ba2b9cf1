/** The pixels under each position of a window as the rows of a matrix (im2col). */

/** Copies `floats` numbers. */
// @ts-ignore: decorator
@inline
function copy(from: usize, to: usize, floats: i32): void {
  for (; floats >= 4; floats -= 4) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
  for (; floats > 0; floats--) {
    store<f32>(to, load<f32>(from));
    from += 4;
    to += 4;
  }
}

/** Writes `floats` zeros. */
// @ts-ignore: decorator
@inline
function clear(to: usize, floats: i32): void {
  for (; floats >= 4; floats -= 4) {
    v128.store(to, f32x4.splat(0));
    to += 16;
  }
  for (; floats > 0; floats--) {
    store<f32>(to, 0);
    to += 4;
  }
}

/**
 * Computes out[i] = [p, q, c] of x under output pixel first + i, counted over all images, rows and columns; 0 outside
 * the image.
 */
export function gatherPatches(
  x: usize,
  out: usize,
  first: i32,
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideY: i32,
  strideX: i32,
  dilationY: i32,
  dilationX: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixelBytes = <usize>channels << 2;
  const lineBytes = <usize>width * pixelBytes;
  const lineFloats = filterWidth * channels;
  let ox = first % outWidth;
  let oy = (first / outWidth) % outHeight;
  let image = x + <usize>(first / outWidth / outHeight) * <usize>height * lineBytes;
  for (let i = 0; i < count; i++) {
    const left = ox * strideX - padLeft;
    const isInside = left >= 0 && left + (filterWidth - 1) * dilationX < width;
    for (let p = 0; p < filterHeight; p++) {
      const row = oy * strideY - padTop + p * dilationY;
      const line = image + <usize>row * lineBytes;
      if (<u32>row >= <u32>height) clear(out, lineFloats);
      else if (isInside && dilationX == 1) copy(line + <usize>left * pixelBytes, out, lineFloats);
      else {
        for (let q = 0; q < filterWidth; q++) {
          const column = left + q * dilationX;
          const to = out + <usize>q * pixelBytes;
          if (<u32>column < <u32>width) copy(line + <usize>column * pixelBytes, to, channels);
          else clear(to, channels);
        }
      }
      out += <usize>lineFloats << 2;
    }
    if (++ox == outWidth) {
      ox = 0;
      if (++oy == outHeight) {
        oy = 0;
        image += <usize>height * lineBytes;
      }
    }
  }
}
