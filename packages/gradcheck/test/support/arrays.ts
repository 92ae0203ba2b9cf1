import fc from 'fast-check';
import ndarray, { type NdArray } from 'ndarray';

export function zeros(shape: readonly number[]): NdArray<Float64Array> {
  return ndarray(new Float64Array(shape.reduce((product, length) => product * length, 1)), [...shape]);
}

export function forEachPosition(shape: readonly number[], visit: (position: number[]) => void): void {
  const descend = (position: number[]): void => {
    const axis = position.length;
    if (axis === shape.length) visit(position);
    else for (let i = 0; i < shape[axis]; i++) descend([...position, i]);
  };
  descend([]);
}

export function map(x: NdArray, f: (value: number, position: number[]) => number): NdArray<Float64Array> {
  const y = zeros(x.shape);
  forEachPosition(x.shape, (position) => {
    y.set(...position, f(x.get(...position) as number, position));
  });
  return y;
}

/** A view of rank 0 to 4 into a larger memory: axes permuted, stepped over, and some reversed. */
export const stridedArray = fc
  .array(
    fc.record({
      length: fc.integer({ min: 1, max: 3 }),
      step: fc.integer({ min: 1, max: 2 }),
      reversed: fc.boolean(),
      order: fc.nat(),
    }),
    { maxLength: 4 },
  )
  .chain((axes) => {
    const size = axes.reduce((product, { length, step }) => product * length * step, 1);
    const element = fc.double({ min: -2, max: 2, noNaN: true });
    return fc
      .tuple(fc.array(element, { minLength: size + 3, maxLength: size + 3 }), fc.integer({ min: 0, max: 3 }))
      .map(([values, offset]) => {
        const memory = Float64Array.from(values);
        const full = axes.map(({ length, step }) => length * step);
        let x: NdArray<Float64Array> = ndarray(memory, full, undefined, offset);
        if (axes.length > 0) {
          x = x.step(...axes.map(({ step, reversed }) => (reversed ? -step : step)));
          const order = axes.map((_, i) => i).sort((i, j) => axes[i].order - axes[j].order);
          x = x.transpose(...order);
        }
        return { x, memory };
      });
  });
