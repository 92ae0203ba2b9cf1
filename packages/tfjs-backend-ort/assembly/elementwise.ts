/** Arithmetic on flat arrays, with a number, or with a row that is repeated. Outputs may be inputs. */
import { Activation, activate } from './activate';
import { add, get, mul, put, putLanes, sub, where } from './vector';

const enum Binary {
  Add,
  Subtract,
  Multiply,
  Divide,
  /** NaN if either is. */
  Maximum,
  Minimum,
  /** a where b > 0, else 0. */
  ReluGradient,
  /** a where 0 < b <= 6, else 0. */
  Relu6Gradient,
  /** a (min(b, 0) + 1): a where b >= 0, else a (b + 1). */
  EluGradient,
}

/** The operations in the order of `Binary`; `operation` is a constant wherever this is inlined. */
// @ts-ignore: decorator
@inline
function apply(operation: Binary, a: v128, b: v128): v128 {
  if (operation == Binary.Add) return add(a, b);
  if (operation == Binary.Subtract) return sub(a, b);
  if (operation == Binary.Multiply) return mul(a, b);
  if (operation == Binary.Divide) return f32x4.div(a, b);
  if (operation == Binary.Maximum) return f32x4.max(a, b);
  if (operation == Binary.Minimum) return f32x4.min(a, b);
  if (operation == Binary.EluGradient) return mul(a, add(f32x4.min(b, f32x4.splat(0)), f32x4.splat(1)));
  const positive = f32x4.gt(b, f32x4.splat(0));
  if (operation == Binary.ReluGradient) return where(positive, a);
  return where(v128.and(positive, f32x4.le(b, f32x4.splat(6))), a);
}

// @ts-ignore: decorator
@inline
function binaryRows(operation: Binary, a: usize, row: usize, out: usize, rows: usize, width: usize): void {
  const rowBytes = width << 2;
  const whole = rowBytes & ~15;
  const lanes = width & 3;
  for (let i: usize = 0; i < rows; i++) {
    for (let z: usize = 0; z < whole; z += 16) put(out + z, apply(operation, get(a + z), get(row + z)));
    if (lanes) putLanes(out + whole, apply(operation, get(a + whole), get(row + whole)), lanes);
    a += rowBytes;
    out += rowBytes;
  }
}

/** Computes out[i, c] = a[i, c] op row[c]; of one row, a flat operation. */
export function binary(operation: Binary, a: usize, row: usize, out: usize, rows: usize, width: usize): void {
  if (operation == Binary.Add) binaryRows(Binary.Add, a, row, out, rows, width);
  else if (operation == Binary.Subtract) binaryRows(Binary.Subtract, a, row, out, rows, width);
  else if (operation == Binary.Multiply) binaryRows(Binary.Multiply, a, row, out, rows, width);
  else if (operation == Binary.Divide) binaryRows(Binary.Divide, a, row, out, rows, width);
  else if (operation == Binary.Maximum) binaryRows(Binary.Maximum, a, row, out, rows, width);
  else if (operation == Binary.Minimum) binaryRows(Binary.Minimum, a, row, out, rows, width);
  else if (operation == Binary.ReluGradient) binaryRows(Binary.ReluGradient, a, row, out, rows, width);
  else if (operation == Binary.Relu6Gradient) binaryRows(Binary.Relu6Gradient, a, row, out, rows, width);
  else binaryRows(Binary.EluGradient, a, row, out, rows, width);
}

// @ts-ignore: decorator
@inline
function scalarFlat(operation: Binary, a: usize, scalar: f32, out: usize, size: usize, swapped: bool): void {
  const b = f32x4.splat(scalar);
  const whole = (size << 2) & ~15;
  for (let z: usize = 0; z < whole; z += 16) {
    put(out + z, swapped ? apply(operation, b, get(a + z)) : apply(operation, get(a + z), b));
  }
  if (size & 3) {
    const last = get(a + whole);
    putLanes(out + whole, swapped ? apply(operation, b, last) : apply(operation, last, b), size & 3);
  }
}

/** Computes out[i] = a[i] op scalar, or scalar op a[i] where swapped. */
export function binaryScalar(
  operation: Binary,
  a: usize,
  scalar: f32,
  out: usize,
  size: usize,
  swapped: bool,
): void {
  if (operation == Binary.Add) scalarFlat(Binary.Add, a, scalar, out, size, false);
  else if (operation == Binary.Multiply) scalarFlat(Binary.Multiply, a, scalar, out, size, false);
  else if (operation == Binary.Maximum) scalarFlat(Binary.Maximum, a, scalar, out, size, false);
  else if (operation == Binary.Minimum) scalarFlat(Binary.Minimum, a, scalar, out, size, false);
  else if (operation == Binary.Subtract) {
    if (swapped) scalarFlat(Binary.Subtract, a, scalar, out, size, true);
    else scalarFlat(Binary.Subtract, a, scalar, out, size, false);
  } else if (swapped) scalarFlat(Binary.Divide, a, scalar, out, size, true);
  else scalarFlat(Binary.Divide, a, scalar, out, size, false);
}

// @ts-ignore: decorator
@inline
function biasRows(activation: Activation, x: usize, bias: usize, y: usize, rows: usize, width: usize): void {
  const rowBytes = width << 2;
  const whole = rowBytes & ~15;
  const lanes = width & 3;
  for (let i: usize = 0; i < rows; i++) {
    for (let z: usize = 0; z < whole; z += 16) put(y + z, activate(activation, add(get(x + z), get(bias + z))));
    if (lanes) putLanes(y + whole, activate(activation, add(get(x + whole), get(bias + whole))), lanes);
    x += rowBytes;
    y += rowBytes;
  }
}

/** Computes y[i, c] = activation(x[i, c] + bias[c]). */
export function biasActivation(
  activation: Activation,
  x: usize,
  bias: usize,
  y: usize,
  rows: usize,
  width: usize,
): void {
  if (activation == Activation.Linear) biasRows(Activation.Linear, x, bias, y, rows, width);
  else if (activation == Activation.Relu) biasRows(Activation.Relu, x, bias, y, rows, width);
  else biasRows(Activation.Relu6, x, bias, y, rows, width);
}

// @ts-ignore: decorator
@inline
function activateFlat(activation: Activation, x: usize, y: usize, size: usize): void {
  const whole = (size << 2) & ~15;
  for (let z: usize = 0; z < whole; z += 16) put(y + z, activate(activation, get(x + z)));
  if (size & 3) putLanes(y + whole, activate(activation, get(x + whole)), size & 3);
}

/** Computes y[i] = activation(x[i]). */
export function activation(activation: Activation, x: usize, y: usize, size: usize): void {
  if (activation == Activation.Relu6) activateFlat(Activation.Relu6, x, y, size);
  else activateFlat(Activation.Relu, x, y, size);
}
