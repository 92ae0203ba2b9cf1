export interface Float64BatchNorm {
  y: Float64Array;
  mean: Float64Array;
  variance: Float64Array;
  backward(dy: ArrayLike<number>): { dx: Float64Array; dgamma: Float64Array; dbeta: Float64Array };
}

/** Computes batch normalisation of x [rows, channels] in float64, written out by loops. */
export function batchNormReference(
  x: ArrayLike<number>,
  gamma: ArrayLike<number>,
  beta: ArrayLike<number>,
  { epsilon = 1e-5, activation = 'linear' }: { epsilon?: number; activation?: string } = {},
): Float64BatchNorm {
  const channels = gamma.length;
  const rows = x.length / channels;
  const at = (row: number, channel: number) => row * channels + channel;
  const perChannel = (f: (channel: number) => number) => Float64Array.from({ length: channels }, (_, c) => f(c));
  const sum = (f: (row: number) => number) => {
    let total = 0;
    for (let row = 0; row < rows; row++) total += f(row);
    return total;
  };
  const mean = perChannel((c) => sum((r) => x[at(r, c)]!) / rows);
  const variance = perChannel((c) => sum((r) => (x[at(r, c)]! - mean[c]!) ** 2) / rows);
  const deviation = variance.map((value) => Math.sqrt(value + epsilon));
  const xhat = Float64Array.from({ length: x.length }, (_, i) => {
    const c = i % channels;
    return (x[i]! - mean[c]!) / deviation[c]!;
  });
  const y = xhat.map((value, i) => {
    const out = gamma[i % channels]! * value + beta[i % channels]!;
    return activation === 'relu' ? Math.max(0, out) : out;
  });
  const backward = (dy: ArrayLike<number>) => {
    const g = Float64Array.from({ length: x.length }, (_, i) => (activation === 'relu' && !(y[i]! > 0) ? 0 : dy[i]!));
    const dbeta = perChannel((c) => sum((r) => g[at(r, c)]!));
    const dgamma = perChannel((c) => sum((r) => g[at(r, c)]! * xhat[at(r, c)]!));
    const dx = g.map((value, i) => {
      const c = i % channels;
      return (gamma[c]! / deviation[c]!) * (value - dbeta[c]! / rows - (xhat[i]! * dgamma[c]!) / rows);
    });
    return { dx, dgamma, dbeta };
  };
  return { y, mean, variance, backward };
}
