/**
 * Batch normalisation in training, over the rows of [rows, channels], with an optional ReLU: in steps, of which the first
 * and the last can be shared out by rows. What the first ones find of their rows, the second joins.
 */
import { addToTotals, CHANNELS, getDoubles, rowsPerBlock, sumRows, vectorBytes } from './sums';
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

/**
 * Computes, over some rows, the mean of each channel and the sum of the squared differences from it, as float64 [2,
 * channels]. Channels go in blocks, whose sums stay in the workspace.
 */
export function batchNormMoments(x: usize, moments: usize, rows: usize, channels: usize): void {
  const rowBytes = channels << 2;
  for (let first: usize = 0; first < channels; first += CHANNELS) {
    const width = min(channels - first, CHANNELS);
    blockMoments(x + (first << 2), rows, rowBytes, width);
    memory.copy(moments + (first << 3), doubleRow(0), width << 3);
    memory.copy(moments + ((channels + first) << 3), doubleRow(1), width << 3);
  }
}

/** Means and sums of squares of a block of channels, to rows 0 and 1 of doubles. */
function blockMoments(x: usize, rows: usize, rowBytes: usize, width: usize): void {
  const bytes = vectorBytes(width);
  const centres = floatRow(1);
  const block = rowsPerBlock(width);
  memory.fill(doubleRow(0), 0, CHANNELS * 8);
  memory.fill(doubleRow(1), 0, CHANNELS * 8);
  for (let i: usize = 0; i < rows; i += block) {
    const count = min(rows - i, block);
    const start = x + i * rowBytes;
    if (i == 0) {
      sumRows(start, centres, count, rowBytes, bytes);
      const part = f32x4.splat(<f32>1 / <f32>count);
      for (let z: usize = 0; z < bytes; z += 16) put(centres + z, mul(get(centres + z), part));
    } else {
      roundMeans(centres, width);
    }
    sumCentred(start, centres, floatRow(0), floatRow(2), count, rowBytes, bytes);
    addBlock(<f64>i, <f64>count, width);
  }
}

/**
 * Computes centres[c] = the mean of the rows so far. About it, the squares of a block are as exact as about the block's
 * own mean: what their distance adds is also in the sum over all rows.
 */
function roundMeans(centres: usize, width: usize): void {
  for (let c: usize = 0; c < width; c += 2) {
    v128.store64_lane(centres + (c << 2), f32x4.demote_f64x2_zero(v128.load(doubleRow(0) + (c << 3))), 0);
  }
}

/** Computes sums[c] = the sum of x[i, c] - centres[c], squares[c] that of its square, over the rows. */
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

/** Joins the moments of a block of `count` rows, two channels at a time, with those of the `before` rows above it. */
function addBlock(before: f64, count: f64, width: usize): void {
  const perRow = f64x2.splat(1 / count);
  const share = f64x2.splat(count / (before + count));
  const weight = f64x2.splat((before * count) / (before + count));
  for (let c: usize = 0; c < width; c += 2) {
    const sum = getDoubles(floatRow(0) + (c << 2));
    const centred = f64x2.mul(sum, perRow);
    const blockMean = f64x2.add(getDoubles(floatRow(1) + (c << 2)), centred);
    const blockSpread = f64x2.sub(getDoubles(floatRow(2) + (c << 2)), f64x2.mul(sum, centred));
    joinMoments(doubleRow(0) + (c << 3), doubleRow(1) + (c << 3), blockMean, blockSpread, share, weight);
  }
}

/**
 * Joins two sets of moments, as in Chan, Golub and LeVeque (1979), "Updating formulae and a pairwise algorithm for
 * computing sample variances", equations 2.1. Where nothing was before, the share is 1 and the weight 0.
 */
// @ts-ignore: decorator
@inline
function joinMoments(meanAt: usize, spreadAt: usize, mean: v128, spread: v128, share: v128, weight: v128): void {
  const before = v128.load(meanAt);
  const distance = f64x2.sub(mean, before);
  v128.store(meanAt, f64x2.add(before, f64x2.mul(distance, share)));
  const between = f64x2.mul(f64x2.mul(distance, distance), weight);
  v128.store(spreadAt, f64x2.add(v128.load(spreadAt), f64x2.add(spread, between)));
}

/**
 * Computes the mean, biased variance and gamma / sqrt(variance + epsilon) of each channel.
 *
 * @param moments those of each part, `partRows` rows in all parts but the last.
 */
export function batchNormStatistics(
  moments: usize,
  parts: usize,
  partRows: usize,
  rows: usize,
  channels: usize,
  gamma: usize,
  mean: usize,
  variance: usize,
  scale: usize,
  epsilon: f64,
): void {
  const bytes = channels << 3;
  for (let c: usize = 0; c < channels; c++) {
    let centre: f64 = 0;
    let spread: f64 = 0;
    let before: f64 = 0;
    let at = moments + (c << 3);
    for (let part: usize = 0; part < parts; part++) {
      const count = <f64>min(partRows, rows - part * partRows);
      const distance = load<f64>(at) - centre;
      const share = count / (before + count);
      centre += distance * share;
      spread += load<f64>(at + bytes) + distance * distance * before * share;
      before += count;
      at += bytes << 1;
    }
    spread /= <f64>rows;
    store<f32>(mean + (c << 2), <f32>centre);
    store<f32>(variance + (c << 2), <f32>spread);
    store<f32>(scale + (c << 2), <f32>(<f64>load<f32>(gamma + (c << 2)) / Math.sqrt(spread + epsilon)));
  }
}

/** Computes y = (x - mean) * scale + beta, or the ReLU of that. */
export function batchNorm(
  x: usize,
  mean: usize,
  scale: usize,
  beta: usize,
  y: usize,
  rows: usize,
  channels: usize,
  withRelu: bool,
): void {
  if (withRelu) normalize(x, mean, scale, beta, y, rows, channels, true);
  else normalize(x, mean, scale, beta, y, rows, channels, false);
}

// @ts-ignore: decorator
@inline
function normalize(
  x: usize,
  mean: usize,
  scale: usize,
  beta: usize,
  y: usize,
  rows: usize,
  channels: usize,
  withRelu: bool,
): void {
  const rowBytes = channels << 2;
  const whole = rowBytes & ~15;
  const lanes = channels & 3;
  let i: usize = 0;
  // Two rows at a time read the coefficients once.
  for (; i + 2 <= rows; i += 2) {
    const below = x + rowBytes;
    for (let z: usize = 0; z < whole; z += 16) {
      const centre = get(mean + z);
      const factor = get(scale + z);
      const shift = get(beta + z);
      put(y + z, normalized(get(x + z), centre, factor, shift, withRelu));
      put(y + rowBytes + z, normalized(get(below + z), centre, factor, shift, withRelu));
    }
    if (lanes) {
      const centre = get(mean + whole);
      const factor = get(scale + whole);
      const shift = get(beta + whole);
      putLanes(y + whole, normalized(get(x + whole), centre, factor, shift, withRelu), lanes);
      putLanes(y + rowBytes + whole, normalized(get(below + whole), centre, factor, shift, withRelu), lanes);
    }
    x = below + rowBytes;
    y += rowBytes << 1;
  }
  if (i == rows) return;
  for (let z: usize = 0; z < rowBytes; z += 16) {
    const value = normalized(get(x + z), get(mean + z), get(scale + z), get(beta + z), withRelu);
    putLanes(y + z, value, (rowBytes - z) >> 2);
  }
}

// @ts-ignore: decorator
@inline
function normalized(x: v128, centre: v128, factor: v128, shift: v128, withRelu: bool): v128 {
  const value = add(mul(sub(x, centre), factor), shift);
  return withRelu ? relu(value) : value;
}

/**
 * Computes, over some rows, the sums of dy and of dy (x - mean) for each channel, as float64 [2, channels]; with a
 * ReLU, only dy where y > 0 counts. `y` is read in that case only.
 */
export function batchNormGradientSums(
  dy: usize,
  x: usize,
  y: usize,
  mean: usize,
  sums: usize,
  rows: usize,
  channels: usize,
  withRelu: bool,
): void {
  const rowBytes = channels << 2;
  for (let first: usize = 0; first < rowBytes; first += CHANNELS * 4) {
    const width = min((rowBytes - first) >> 2, CHANNELS);
    memory.copy(floatRow(2), mean + first, width << 2);
    if (withRelu) sumGradients(dy + first, x + first, y + first, rows, rowBytes, width, true);
    else sumGradients(dy + first, x + first, y + first, rows, rowBytes, width, false);
    memory.copy(sums + (first << 1), doubleRow(0), width << 3);
    memory.copy(sums + ((rowBytes + first) << 1), doubleRow(1), width << 3);
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

/**
 * Computes dgamma and dbeta, and the coefficients of dx, three rows of [channels].
 *
 * @param sums those of each part.
 */
export function batchNormGradientFactors(
  sums: usize,
  parts: usize,
  rows: usize,
  channels: usize,
  gamma: usize,
  variance: usize,
  dgamma: usize,
  dbeta: usize,
  factors: usize,
  epsilon: f64,
): void {
  const rowBytes = channels << 2;
  // With r = 1 / sqrt(variance + epsilon), dx = gamma r (dy - dbeta / rows - (x - mean) r dgamma / rows).
  for (let c: usize = 0; c < channels; c++) {
    let sum: f64 = 0;
    let product: f64 = 0;
    let part = sums + (c << 3);
    for (let i: usize = 0; i < parts; i++) {
      sum += load<f64>(part);
      product += load<f64>(part + (rowBytes << 1));
      part += rowBytes << 2;
    }
    const at = c << 2;
    const r = 1 / Math.sqrt(<f64>load<f32>(variance + at) + epsilon);
    const slope = product * r;
    const scale = <f64>load<f32>(gamma + at) * r;
    store<f32>(dbeta + at, <f32>sum);
    store<f32>(dgamma + at, <f32>slope);
    store<f32>(factors + at, <f32>scale);
    store<f32>(factors + rowBytes + at, <f32>((-scale * r * slope) / <f64>rows));
    store<f32>(factors + 2 * rowBytes + at, <f32>((-scale * sum) / <f64>rows));
  }
}

/** Computes dx = dy a + (x - mean) b + c with the coefficients of `batchNormGradientFactors`. */
export function batchNormGradient(
  dy: usize,
  x: usize,
  y: usize,
  mean: usize,
  factors: usize,
  dx: usize,
  rows: usize,
  channels: usize,
  withRelu: bool,
): void {
  if (withRelu) inputGradient(dy, x, y, mean, factors, dx, rows, channels, true);
  else inputGradient(dy, x, y, mean, factors, dx, rows, channels, false);
}

// @ts-ignore: decorator
@inline
function inputGradient(
  dy: usize,
  x: usize,
  y: usize,
  mean: usize,
  factors: usize,
  dx: usize,
  rows: usize,
  channels: usize,
  withRelu: bool,
): void {
  const rowBytes = channels << 2;
  const whole = rowBytes & ~15;
  const lanes = channels & 3;
  const slopes = factors + rowBytes;
  const shifts = slopes + rowBytes;
  for (let i: usize = 0, at: usize = 0; i < rows; i++, at += rowBytes) {
    for (let z: usize = 0; z < whole; z += 16) {
      put(dx + at + z, gradient(dy, x, y, mean, factors, slopes, shifts, at, z, withRelu));
    }
    if (lanes) putLanes(dx + at + whole, gradient(dy, x, y, mean, factors, slopes, shifts, at, whole, withRelu), lanes);
  }
}

// @ts-ignore: decorator
@inline
function gradient(
  dy: usize,
  x: usize,
  y: usize,
  mean: usize,
  scales: usize,
  slopes: usize,
  shifts: usize,
  at: usize,
  z: usize,
  withRelu: bool,
): v128 {
  const g = masked(dy, y, at + z, withRelu);
  const centred = sub(get(x + at + z), get(mean + z));
  return add(add(mul(g, get(scales + z)), mul(centred, get(slopes + z))), get(shifts + z));
}

// @ts-ignore: decorator
@inline
function masked(dy: usize, y: usize, at: usize, withRelu: bool): v128 {
  const g = get(dy + at);
  return withRelu ? where(f32x4.gt(get(y + at), f32x4.splat(0)), g) : g;
}
