/**
 * Batch normalisation in training, over the rows of [rows, channels], with an optional ReLU. Channels go in blocks,
 * whose sums and coefficients stay in the workspace.
 */
import { addToTotals, CHANNELS, rowsPerBlock, sumRows, vectorBytes } from './sums';
import { add, get, mul, put, putLanes, relu, sub, where } from './vector';
import { blockSpace } from './workspace';

/** Rows of CHANNELS floats in the workspace. */
// @ts-ignore: decorator
@inline
function floatRow(index: usize): usize {
  return blockSpace() + index * (CHANNELS * 4);
}

/** Rows of CHANNELS doubles, behind six of floats. */
// @ts-ignore: decorator
@inline
function doubleRow(index: usize): usize {
  return floatRow(6 + 2 * index);
}

/** y = (x - mean) * gamma / sqrt(variance + epsilon) + beta, or the ReLU of that; mean and variance of each channel. */
export function batchNorm(
  x: usize,
  gamma: usize,
  beta: usize,
  y: usize,
  mean: usize,
  variance: usize,
  rows: usize,
  channels: usize,
  epsilon: f64,
  withRelu: bool,
): void {
  const rowBytes = channels << 2;
  for (let first: usize = 0; first < rowBytes; first += CHANNELS * 4) {
    const width = min((rowBytes - first) >> 2, CHANNELS);
    moments(x + first, rows, rowBytes, width, mean + first, variance + first);
    for (let c: usize = 0; c < width; c++) {
      const at = first + (c << 2);
      const deviation = Math.sqrt(load<f64>(doubleRow(1) + (c << 3)) + epsilon);
      store<f32>(floatRow(0) + (c << 2), <f32>(<f64>load<f32>(gamma + at) / deviation));
      store<f32>(floatRow(1) + (c << 2), load<f32>(mean + at));
      store<f32>(floatRow(2) + (c << 2), load<f32>(beta + at));
    }
    if (withRelu) normalize(x + first, y + first, rows, rowBytes, width, true);
    else normalize(x + first, y + first, rows, rowBytes, width, false);
  }
}

/** Mean and biased variance of each channel, also as float64 in rows 0 and 1 of the workspace. */
function moments(x: usize, rows: usize, rowBytes: usize, width: usize, mean: usize, variance: usize): void {
  const bytes = vectorBytes(width);
  const sums = floatRow(0);
  const centres = floatRow(1);
  const squares = floatRow(2);
  const means = doubleRow(0);
  const spreads = doubleRow(1);
  const block = rowsPerBlock(width);
  for (let i: usize = 0; i < rows; i += block) {
    const count = min(rows - i, block);
    const start = x + i * rowBytes;
    sumRows(start, sums, count, rowBytes, bytes);
    const part = f32x4.splat(<f32>1 / <f32>count);
    for (let z: usize = 0; z < bytes; z += 16) put(centres + z, mul(get(sums + z), part));
    sumCentred(start, centres, sums, squares, count, rowBytes, bytes);
    mergeMoments(i, count, width);
  }
  for (let c: usize = 0; c < width; c++) {
    const spread = load<f64>(spreads + (c << 3)) / <f64>rows;
    store<f64>(spreads + (c << 3), spread);
    store<f32>(mean + (c << 2), <f32>load<f64>(means + (c << 3)));
    store<f32>(variance + (c << 2), <f32>spread);
  }
}

/** sums[c] = the sum of x[i, c] - centres[c], squares[c] that of its square, over the rows. */
function sumCentred(
  x: usize,
  centres: usize,
  sums: usize,
  squares: usize,
  rows: usize,
  rowBytes: usize,
  bytes: usize,
): void {
  memory.fill(sums, 0, bytes);
  memory.fill(squares, 0, bytes);
  let row = x;
  let i: usize = 0;
  for (; i + 4 <= rows; i += 4) {
    const row1 = row + rowBytes;
    const row2 = row1 + rowBytes;
    const row3 = row2 + rowBytes;
    for (let z: usize = 0; z < bytes; z += 16) {
      const centre = get(centres + z);
      const d0 = sub(get(row + z), centre);
      const d1 = sub(get(row1 + z), centre);
      const d2 = sub(get(row2 + z), centre);
      const d3 = sub(get(row3 + z), centre);
      put(sums + z, add(get(sums + z), add(add(d0, d1), add(d2, d3))));
      put(squares + z, add(get(squares + z), add(add(mul(d0, d0), mul(d1, d1)), add(mul(d2, d2), mul(d3, d3)))));
    }
    row = row3 + rowBytes;
  }
  for (; i < rows; i++) {
    for (let z: usize = 0; z < bytes; z += 16) {
      const d = sub(get(row + z), get(centres + z));
      put(sums + z, add(get(sums + z), d));
      put(squares + z, add(get(squares + z), mul(d, d)));
    }
    row += rowBytes;
  }
}

/**
 * Joins the moments of a block of `count` rows with those of the `before` rows above it, as in Chan, Golub and LeVeque
 * (1979), "Updating formulae and a pairwise algorithm for computing sample variances", equations 2.1.
 */
function mergeMoments(before: usize, count: usize, width: usize): void {
  const share = <f64>count / <f64>(before + count);
  for (let c: usize = 0; c < width; c++) {
    const at = c << 2;
    const sum = <f64>load<f32>(floatRow(0) + at);
    const blockMean = <f64>load<f32>(floatRow(1) + at) + sum / <f64>count;
    const blockSpread = <f64>load<f32>(floatRow(2) + at) - (sum * sum) / <f64>count;
    const meanAt = doubleRow(0) + (c << 3);
    const spreadAt = doubleRow(1) + (c << 3);
    if (before == 0) {
      store<f64>(meanAt, blockMean);
      store<f64>(spreadAt, blockSpread);
    } else {
      const distance = blockMean - load<f64>(meanAt);
      store<f64>(meanAt, load<f64>(meanAt) + distance * share);
      store<f64>(spreadAt, load<f64>(spreadAt) + blockSpread + distance * distance * share * <f64>before);
    }
  }
}

/** y = (x - mean) * scale + shift, with scale, mean and shift in rows 0 to 2 of the workspace. */
// @ts-ignore: decorator
@inline
function normalize(x: usize, y: usize, rows: usize, rowBytes: usize, width: usize, withRelu: bool): void {
  const whole = (width << 2) & ~15;
  const lanes = width & 3;
  for (let i: usize = 0; i < rows; i++) {
    for (let z: usize = 0; z < whole; z += 16) put(y + z, normalized(x, z, withRelu));
    if (lanes) putLanes(y + whole, normalized(x, whole, withRelu), lanes);
    x += rowBytes;
    y += rowBytes;
  }
}

// @ts-ignore: decorator
@inline
function normalized(x: usize, z: usize, withRelu: bool): v128 {
  const value = add(mul(sub(get(x + z), get(floatRow(1) + z)), get(floatRow(0) + z)), get(floatRow(2) + z));
  return withRelu ? relu(value) : value;
}

/** The gradients; with a ReLU, of dy where y > 0. `y` is read in that case only. */
export function batchNormGradient(
  dy: usize,
  x: usize,
  y: usize,
  gamma: usize,
  mean: usize,
  variance: usize,
  dx: usize,
  dgamma: usize,
  dbeta: usize,
  rows: usize,
  channels: usize,
  epsilon: f64,
  withRelu: bool,
): void {
  const rowBytes = channels << 2;
  for (let first: usize = 0; first < rowBytes; first += CHANNELS * 4) {
    const width = min((rowBytes - first) >> 2, CHANNELS);
    memory.copy(floatRow(2), mean + first, width << 2);
    if (withRelu) sumGradients(dy + first, x + first, y + first, rows, rowBytes, width, true);
    else sumGradients(dy + first, x + first, y + first, rows, rowBytes, width, false);
    // With r = 1 / sqrt(variance + epsilon), dx = gamma r (dy - dbeta / rows - (x - mean) r dgamma / rows).
    for (let c: usize = 0; c < width; c++) {
      const at = first + (c << 2);
      const r = 1 / Math.sqrt(<f64>load<f32>(variance + at) + epsilon);
      const sum = load<f64>(doubleRow(0) + (c << 3));
      const slope = load<f64>(doubleRow(1) + (c << 3)) * r;
      const scale = <f64>load<f32>(gamma + at) * r;
      store<f32>(dbeta + at, <f32>sum);
      store<f32>(dgamma + at, <f32>slope);
      store<f32>(floatRow(3) + (c << 2), <f32>scale);
      store<f32>(floatRow(4) + (c << 2), <f32>((-scale * r * slope) / <f64>rows));
      store<f32>(floatRow(5) + (c << 2), <f32>((-scale * sum) / <f64>rows));
    }
    if (withRelu) inputGradient(dy + first, x + first, y + first, dx + first, rows, rowBytes, width, true);
    else inputGradient(dy + first, x + first, y + first, dx + first, rows, rowBytes, width, false);
  }
}

/** Sums of dy and of dy * (x - mean) over all rows, to rows 0 and 1 of float64 in the workspace. */
// @ts-ignore: decorator
@inline
function sumGradients(
  dy: usize,
  x: usize,
  y: usize,
  rows: usize,
  rowBytes: usize,
  width: usize,
  withRelu: bool,
): void {
  const bytes = vectorBytes(width);
  const sums = floatRow(0);
  const products = floatRow(1);
  const means = floatRow(2);
  memory.fill(doubleRow(0), 0, width << 3);
  memory.fill(doubleRow(1), 0, width << 3);
  const block = rowsPerBlock(width);
  for (let i: usize = 0; i < rows; i += block) {
    const end = min(i + block, rows);
    memory.fill(sums, 0, bytes);
    memory.fill(products, 0, bytes);
    let row = i;
    for (; row + 2 <= end; row += 2) {
      const at = row * rowBytes;
      for (let z: usize = 0; z < bytes; z += 16) {
        const here = at + z;
        const below = here + rowBytes;
        const g0 = masked(dy, y, here, withRelu);
        const g1 = masked(dy, y, below, withRelu);
        const centre = get(means + z);
        const product0 = mul(g0, sub(get(x + here), centre));
        const product1 = mul(g1, sub(get(x + below), centre));
        put(sums + z, add(get(sums + z), add(g0, g1)));
        put(products + z, add(get(products + z), add(product0, product1)));
      }
    }
    if (row < end) {
      const at = row * rowBytes;
      for (let z: usize = 0; z < bytes; z += 16) {
        const g = masked(dy, y, at + z, withRelu);
        put(sums + z, add(get(sums + z), g));
        put(products + z, add(get(products + z), mul(g, sub(get(x + at + z), get(means + z)))));
      }
    }
    addToTotals(doubleRow(0), sums, width);
    addToTotals(doubleRow(1), products, width);
  }
}

/** dx = dy * row 3 + (x - row 2) * row 4 + row 5 of the workspace. */
// @ts-ignore: decorator
@inline
function inputGradient(
  dy: usize,
  x: usize,
  y: usize,
  dx: usize,
  rows: usize,
  rowBytes: usize,
  width: usize,
  withRelu: bool,
): void {
  const whole = (width << 2) & ~15;
  const lanes = width & 3;
  for (let i: usize = 0, at: usize = 0; i < rows; i++, at += rowBytes) {
    for (let z: usize = 0; z < whole; z += 16) put(dx + at + z, gradient(dy, x, y, at, z, withRelu));
    if (lanes) putLanes(dx + at + whole, gradient(dy, x, y, at, whole, withRelu), lanes);
  }
}

// @ts-ignore: decorator
@inline
function gradient(dy: usize, x: usize, y: usize, at: usize, z: usize, withRelu: bool): v128 {
  const g = masked(dy, y, at + z, withRelu);
  const centred = sub(get(x + at + z), get(floatRow(2) + z));
  return add(add(mul(g, get(floatRow(3) + z)), mul(centred, get(floatRow(4) + z))), get(floatRow(5) + z));
}

// @ts-ignore: decorator
@inline
function masked(dy: usize, y: usize, at: usize, withRelu: bool): v128 {
  const g = get(dy + at);
  return withRelu ? where(f32x4.gt(get(y + at), f32x4.splat(0)), g) : g;
}
