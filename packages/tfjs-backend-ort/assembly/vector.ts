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
