/** Short names for arithmetic on vectors of four float32. */

// @ts-ignore: decorator
@inline
export function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

// @ts-ignore: decorator
@inline
export function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

// @ts-ignore: decorator
@inline
export function neg(a: v128): v128 {
  return f32x4.neg(a);
}

/** The vector times a number. */
// @ts-ignore: decorator
@inline
export function times(a: v128, factor: f32): v128 {
  return f32x4.mul(a, f32x4.splat(factor));
}

// @ts-ignore: decorator
@inline
export function get(address: usize): v128 {
  return v128.load(address);
}

// @ts-ignore: decorator
@inline
export function put(address: usize, value: v128): void {
  v128.store(address, value);
}

/** Adds to the vector at the address. */
// @ts-ignore: decorator
@inline
export function accumulate(address: usize, value: v128): void {
  v128.store(address, f32x4.add(v128.load(address), value));
}

/** `accumulate` or `put`; the choice is a constant wherever it is made. */
// @ts-ignore: decorator
@inline
export function putOrAdd(address: usize, value: v128, adds: bool): void {
  if (adds) accumulate(address, value);
  else put(address, value);
}

// @ts-ignore: decorator
@inline
export function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}

/** The vector where the mask is set, 0 elsewhere. */
// @ts-ignore: decorator
@inline
export function where(mask: v128, a: v128): v128 {
  return v128.and(mask, a);
}

/** The larger one; b where it is larger, else a: NaN in b is skipped. */
// @ts-ignore: decorator
@inline
export function larger(a: v128, b: v128): v128 {
  return f32x4.pmax(a, b);
}

/** max(a, 0); NaN stays NaN. One instruction, which f32x4.max is not. */
// @ts-ignore: decorator
@inline
export function relu(a: v128): v128 {
  return f32x4.pmax(a, f32x4.splat(0));
}

/** Stores the first `lanes` numbers of the vector; all four where `lanes` is 4 or more. */
// @ts-ignore: decorator
@inline
export function putLanes(address: usize, value: v128, lanes: usize): void {
  if (lanes >= 4) {
    v128.store(address, value);
  } else {
    v128.store_lane<f32>(address, value, 0);
    if (lanes > 1) v128.store_lane<f32>(address, value, 1, 4);
    if (lanes > 2) v128.store_lane<f32>(address, value, 2, 8);
  }
}

/** Adds the first `lanes` numbers of the vector to those in memory. */
// @ts-ignore: decorator
@inline
export function accumulateLanes(address: usize, value: v128, lanes: usize): void {
  putLanes(address, f32x4.add(v128.load(address), value), lanes);
}
