/**
 * Which taps of a one-dimensional filter meet which pixels: for every target pixel, its first tap, the source pixel under
 * that, and how many taps there are. From one tap to the next the source moves by `sourceStep`, the tap by `tapStep`.
 */

/** Bytes of an entry: first tap, source pixel, number of taps. */
export const ENTRY: usize = 12;

// @ts-ignore: decorator
@inline
export function tapOf(entry: usize): i32 {
  return load<i32>(entry);
}

// @ts-ignore: decorator
@inline
export function sourceOf(entry: usize): i32 {
  return load<i32>(entry, 4);
}

// @ts-ignore: decorator
@inline
export function countOf(entry: usize): i32 {
  return load<i32>(entry, 8);
}

function greatestCommonDivisor(a: i32, b: i32): i32 {
  while (b) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/** Pixels that the source moves from tap to tap: those of y under x (forward), or of x under y where `gradient`. */
export function sourceStep(gradient: bool, stride: i32, dilation: i32): i32 {
  return gradient ? -dilation / greatestCommonDivisor(stride, dilation) : dilation;
}

/** Taps from one that meets a pixel to the next that does. */
export function tapStep(gradient: bool, stride: i32, dilation: i32): i32 {
  return gradient ? stride / greatestCommonDivisor(stride, dilation) : 1;
}

/** Entries for the targets from `first` on, `count` of them; `size` is the number of source pixels. */
export function locateTaps(
  table: usize,
  first: i32,
  count: i32,
  gradient: bool,
  size: i32,
  taps: i32,
  stride: i32,
  dilation: i32,
  pad: i32,
): void {
  const step = tapStep(gradient, stride, dilation);
  const move = sourceStep(gradient, stride, dilation);
  for (let target = first; target < first + count; target++) {
    let tap = 0;
    while (tap < taps && !meets(gradient, target, tap, size, stride, dilation, pad)) tap++;
    const source = gradient ? (target + pad - tap * dilation) / stride : target * stride - pad + tap * dilation;
    let number = 0;
    for (let at = source; tap + number * step < taps && <u32>at < <u32>size; at += move) number++;
    store<i32>(table, tap);
    store<i32>(table, source, 4);
    store<i32>(table, number, 8);
    table += ENTRY;
  }
}

/** Returns whether a source pixel lies under this tap. */
function meets(gradient: bool, target: i32, tap: i32, size: i32, stride: i32, dilation: i32, pad: i32): bool {
  if (!gradient) return <u32>(target * stride - pad + tap * dilation) < <u32>size;
  const offset = target + pad - tap * dilation;
  return offset >= 0 && offset % stride == 0 && offset / stride < size;
}
