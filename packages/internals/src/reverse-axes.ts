/**
 * [a, b, c] -> [c, b, a]. With height and width as one axis, this takes kernels [height, width, in, out] to PyTorch's
 * [out, in, height, width] and back, and, with 1 for the missing axis, matrices [in, out] to [out, in].
 *
 * Not `tf.transpose`: on a kernel of 3x3x512x512 it reads in steps of a megabyte, and takes up to two seconds.
 */
export function reverseAxes(values: ArrayLike<number>, [a, b, c]: readonly [number, number, number]): Float32Array {
  const reversed = new Float32Array(values.length);
  for (let j = 0; j < b; j++) {
    for (let i = 0; i < a; i++) {
      for (let k = 0; k < c; k++) reversed[(k * b + j) * a + i] = values[(i * b + j) * c + k]!;
    }
  }
  return reversed;
}
