/**
 * The gradients of y = activation(x + bias) over the rows of [rows, channels]: dx, which is dy where the activation is
 * not constant, and the bias's, the sum of that over the rows.
 */
import { Activation } from './activate';
import { addToTotals, CHANNELS, rowsPerBlock, vectorBytes } from './sums';
import { add, get, put, putLanes, where } from './vector';
import { blockSpace } from './workspace';

/** dx [rows, channels], and dbias [channels]: nothing but dbias where the activation is linear. */
export function activationGradient(
  activation: Activation,
  dy: usize,
  y: usize,
  dx: usize,
  dbias: usize,
  rows: usize,
  channels: usize,
): void {
  const rowBytes = channels << 2;
  const sums = blockSpace();
  const totals = sums + CHANNELS * 4;
  for (let first: usize = 0; first < channels; first += CHANNELS) {
    const width = min(channels - first, CHANNELS);
    memory.fill(totals, 0, width << 3);
    const block = rowsPerBlock(width);
    for (let i: usize = 0; i < rows; i += block) {
      const at = i * rowBytes + (first << 2);
      const count = min(rows - i, block);
      memory.fill(sums, 0, vectorBytes(width));
      if (activation == Activation.Relu) maskRows(Activation.Relu, dy + at, y + at, dx + at, sums, count, rowBytes, width);
      else maskRows(Activation.Relu6, dy + at, y + at, dx + at, sums, count, rowBytes, width);
      addToTotals(totals, sums, width);
    }
    for (let c: usize = 0; c < width; c++) {
      store<f32>(dbias + ((first + c) << 2), <f32>load<f64>(totals + (c << 3)));
    }
  }
}

/** The gradient of one vector: dy where 0 < y (< 6), else 0. */
// @ts-ignore: decorator
@inline
function masked(activation: Activation, dy: usize, y: usize): v128 {
  const value = get(y);
  const positive = f32x4.gt(value, f32x4.splat(0));
  if (activation == Activation.Relu) return where(positive, get(dy));
  return where(v128.and(positive, f32x4.lt(value, f32x4.splat(6))), get(dy));
}

/** dx of some rows, two at a time, which are added to the sums. */
// @ts-ignore: decorator
@inline
function maskRows(
  activation: Activation,
  dy: usize,
  y: usize,
  dx: usize,
  sums: usize,
  rows: usize,
  rowBytes: usize,
  width: usize,
): void {
  const whole = (width << 2) & ~15;
  const lanes = width & 3;
  let at: usize = 0;
  let i: usize = 0;
  for (; i + 2 <= rows; i += 2) {
    const below = at + rowBytes;
    for (let z: usize = 0; z < whole; z += 16) {
      const upper = masked(activation, dy + at + z, y + at + z);
      const lower = masked(activation, dy + below + z, y + below + z);
      put(dx + at + z, upper);
      put(dx + below + z, lower);
      put(sums + z, add(get(sums + z), add(upper, lower)));
    }
    if (lanes) {
      const upper = masked(activation, dy + at + whole, y + at + whole);
      const lower = masked(activation, dy + below + whole, y + below + whole);
      putLanes(dx + at + whole, upper, lanes);
      putLanes(dx + below + whole, lower, lanes);
      put(sums + whole, add(get(sums + whole), add(upper, lower)));
    }
    at = below + rowBytes;
  }
  if (i < rows) {
    for (let z: usize = 0; z < width << 2; z += 16) {
      const slope = masked(activation, dy + at + z, y + at + z);
      putLanes(dx + at + z, slope, width - (z >> 2));
      put(sums + z, add(get(sums + z), slope));
    }
  }
}
