import { RandomState } from '@cifarlab/numpy-random';
import fc from 'fast-check';
import ndarray, { type NdArray } from 'ndarray';
import { describe, expect, it } from 'vitest';
import { forEachPosition, map, stridedArray, zeros } from '../test/support/arrays.js';
import {
  assertGradcheck,
  type Evaluation,
  evalNumericalGradient,
  formatGradcheckReport,
  GradcheckError,
  type GradcheckOptions,
  gradcheck,
  maxNormError,
  relError,
} from './index.js';

const vector = (...values: number[]) => ndarray(Float64Array.from(values), [values.length]);

const random = (seed: number, ...shape: number[]) =>
  ndarray(new RandomState(seed).normals(shape.reduce((a, b) => a * b, 1)), shape);

/** factor * x^2 elementwise, with a gradient that is right for factor 1. */
const square =
  (factor = 1) =>
  (x: NdArray): Evaluation<NdArray> => ({
    output: map(x, (v) => factor * v * v),
    backward: (dout) => map(dout, (d, position) => 2 * d * (x.get(...position) as number)),
  });

type LinearInputs = { x: NdArray; weight: NdArray; bias: NdArray };

/** x weight^T + bias; `mutate` spoils one of the gradients. */
const linear =
  (mutate: (gradients: LinearInputs) => Partial<LinearInputs> = () => ({})) =>
  ({ x, weight, bias }: LinearInputs): Evaluation<LinearInputs> => {
    const sum = (count: number, term: (k: number) => number) =>
      Array.from({ length: count }, (_, k) => term(k)).reduce((a, b) => a + b, 0);
    const [samples, inner] = x.shape;
    const outer = weight.shape[0];
    return {
      output: map(
        zeros([samples, outer]),
        (_, [i, j]) => sum(inner, (k) => x.get(i, k) * weight.get(j, k)) + bias.get(0, j),
      ),
      backward: (dout) => {
        const gradients = {
          x: map(x, (_, [i, k]) => sum(outer, (j) => dout.get(i, j) * weight.get(j, k))),
          weight: map(weight, (_, [j, k]) => sum(samples, (i) => dout.get(i, j) * x.get(i, k))),
          bias: map(bias, (_, [, j]) => sum(samples, (i) => dout.get(i, j))),
        };
        return { ...gradients, ...mutate(gradients) };
      },
    };
  };

const linearInputs = () => ({ x: random(1, 4, 3), weight: random(2, 3, 3), bias: random(3, 1, 3) });

const modes: [name: string, options: GradcheckOptions][] = [
  ['full Jacobian', {}],
  ['random projections', { projections: 2 }],
];

describe.each(modes)('gradcheck, %s', (_, options) => {
  it('passes exact gradients of several inputs', () => {
    const report = assertGradcheck(linear(), linearInputs(), options);
    const directions = options.projections ?? 12;
    expect(report).toMatchObject({ passed: true, failures: 0, compared: (12 + 9 + 3) * directions });
    expect(report.inputs.map(({ name, shape, compared }) => [name, shape, compared])).toEqual([
      ['x', [4, 3], 12 * directions],
      ['weight', [3, 3], 9 * directions],
      ['bias', [1, 3], 3 * directions],
    ]);
    expect(report.worst.error).toBeLessThan(report.worst.allowed);
  });

  it('passes exact gradients on any rank and strides, and restores the memory bit for bit', () => {
    fc.assert(
      fc.property(stridedArray, ({ x, memory }) => {
        const before = memory.slice();
        expect(gradcheck(square(), x, options).failures).toBe(0);
        expect(memory).toEqual(before);
      }),
      { numRuns: 30 },
    );
  });

  it.each<[mutant: string, name: string, mutate: (gradients: LinearInputs) => Partial<LinearInputs>]>([
    ['a wrong sign', 'x', ({ x }) => ({ x: map(x, (v) => -v) })],
    ['a missing factor 1/S', 'weight', ({ weight }) => ({ weight: map(weight, (v) => 4 * v) })],
    ['a factor off by one percent', 'weight', ({ weight }) => ({ weight: map(weight, (v) => 1.01 * v) })],
    ['a transposition', 'weight', ({ weight }) => ({ weight: weight.transpose(1, 0) })],
    ['a dropped term', 'bias', ({ bias }) => ({ bias: map(bias, (v, [, j]) => (j === 1 ? 0 : v)) })],
    ['a NaN', 'bias', ({ bias }) => ({ bias: map(bias, (v, [, j]) => (j === 2 ? Number.NaN : v)) })],
    ['an infinity', 'x', ({ x }) => ({ x: map(x, (v, [i]) => (i === 0 ? Number.POSITIVE_INFINITY : v)) })],
  ])('catches %s in one gradient and names its input', (_mutant, name, mutate) => {
    const report = gradcheck(linear(mutate), linearInputs(), options);
    expect(report.passed).toBe(false);
    expect(report.worst.input).toBe(name);
    for (const input of report.inputs) expect(input.failures > 0).toBe(input.name === name);
  });

  it('catches NaN in the output although the gradient has it too', () => {
    const fn = (x: NdArray) => ({
      output: map(x, (v) => Math.sqrt(v)),
      backward: (dout: NdArray) => map(x, (v, [i]) => dout.get(i) / (2 * Math.sqrt(v))),
    });
    expect(gradcheck(fn, vector(4, -1), options)).toMatchObject({
      passed: false,
      worst: { numerical: Number.NaN, outputPosition: options.projections ? undefined : [1] },
    });
    expect(gradcheck(fn, vector(4, 1), options).passed).toBe(true);
  });

  it.each([
    ['finite', 1],
    ['of the other sign', Number.NEGATIVE_INFINITY],
    ['the same', Number.POSITIVE_INFINITY],
  ])('catches an output that overflows where the gradient is %s', (_gradient, slope) => {
    const fn = (x: NdArray) => ({
      output: map(x, (v) => (v > 2 ? Number.POSITIVE_INFINITY : v)),
      backward: (dout: NdArray) => map(dout, (d, [i]) => (i === 1 ? slope * d : d)),
    });
    const report = gradcheck(fn, vector(1, 2), options);
    expect(report.passed).toBe(false);
    expect(report.worst).toMatchObject({ input: 'input', position: [1] });
  });
});

describe('the report', () => {
  it('names the worst element by input, position and output position', () => {
    const fn = linear(({ weight }) => ({ weight: map(weight, (v, [j, k]) => (j === 2 && k === 1 ? v + 100 * v : v)) }));
    const inputs = linearInputs();
    const report = gradcheck(fn, inputs);
    const { worst } = report;
    expect(worst.input).toBe('weight');
    expect(worst.position).toEqual([2, 1]);
    expect(worst.outputPosition?.[1]).toBe(2);
    // d output[i,2] / d weight[2,1] = x[i,1]; of the four, the one furthest off.
    const x = inputs.x.get(worst.outputPosition?.[0] ?? Number.NaN, 1);
    expect(worst.numerical).toBeCloseTo(x, 6);
    expect(worst.analytical).toBeCloseTo(101 * x, 6);
    expect(worst.error).toBe(Math.abs(worst.analytical - worst.numerical));
    expect(worst.allowed).toBe(1e-5 + 1e-3 * Math.abs(worst.numerical));
    expect(report.failures).toBe(4);
    expect(report.inputs[1].worst).toEqual(worst);
  });

  it('reads as one line, and is what the error says', () => {
    const wrong = square(2);
    let thrown: unknown;
    try {
      assertGradcheck(wrong, vector(1, -2, 3));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(GradcheckError);
    const { message, report } = thrown as GradcheckError;
    expect(message).toBe(formatGradcheckReport(report));
    expect(message).toMatch(
      /^gradcheck failed: 3 of 9 derivatives are off \(input: 3 of 9\); worst: d output\[2\] \/ d input\[2\]: analytical 6, numerical (12|11\.99)\S*, error 6, allowed 0\.012\.$/,
    );
  });

  it('says so when all is well', () => {
    expect(formatGradcheckReport(gradcheck(square(), vector(1, 2)))).toMatch(
      /^gradcheck passed: 4 derivatives; worst: d output\[\d\] \/ d input\[\d\]: analytical/,
    );
    expect(
      formatGradcheckReport(
        gradcheck(square(2), [vector(1), vector(2)].slice(0, 1).map((v) => v)[0], { projections: 1 }),
      ),
    ).toMatch(/^gradcheck failed: .* worst: d projection 0 \/ d input\[0\]: /);
  });

  it('numbers the inputs of a list', () => {
    const fn = ([a, b]: readonly NdArray[]) => ({
      output: a.get(0) * b.get(0),
      backward: (dout: NdArray) => [vector(dout.get() * b.get(0)), vector(dout.get() * a.get(0) * 3)],
    });
    const report = gradcheck(fn, [vector(2), vector(5)]);
    expect(report.worst).toMatchObject({ input: 'inputs[1]', position: [0], outputPosition: [] });
    expect(formatGradcheckReport(report)).toContain(
      '(inputs[1]: 1 of 1); worst: d output / d inputs[1][0]: analytical 6',
    );
  });
});

describe('tolerances', () => {
  it('pass tiny entries of an exact gradient, on which the elementwise relative error fails', () => {
    const fn = (x: NdArray) => ({
      output: x.get(0) ** 2 + 1e-9 * x.get(1),
      backward: (dout: NdArray) => vector(dout.get() * 2 * x.get(0), dout.get() * 1e-9),
    });
    const x = vector(1.7, 0.3);
    const exact = vector(3.4, 1e-9);
    const numerical = evalNumericalGradient((v) => fn(v).output, x);
    expect(relError(exact, numerical)).toBeGreaterThan(1e-5);
    expect(maxNormError(exact, numerical)).toBeLessThan(1e-9);
    expect(gradcheck(fn, x).passed).toBe(true);
  });

  it('are absolute plus relative', () => {
    const off = (error: number) => (x: NdArray) => ({
      output: 1000 * x.get(0),
      backward: (dout: NdArray) => vector(dout.get() * (1000 + error)),
    });
    const x = vector(0.5);
    expect(gradcheck(off(0.9), x).passed).toBe(true);
    expect(gradcheck(off(1.1), x).passed).toBe(false);
    expect(gradcheck(off(0.9), x, { rtol: 1e-4 }).passed).toBe(false);
    expect(gradcheck(off(0.9), x, { rtol: 0, atol: 1 }).passed).toBe(true);
  });

  it('use the distance that x really moved, so that large inputs keep their digits', () => {
    const fn = (x: NdArray) => ({ output: map(x, (v) => v), backward: (dout: NdArray) => dout });
    expect(gradcheck(fn, vector(12345.678), { rtol: 1e-12, atol: 0 }).passed).toBe(true);
  });
});

describe('layers', () => {
  it('may read the inputs elsewhere, use their buffers again, and keep what the forward pass saw', () => {
    class Cube {
      params = { w: vector(1, 2, 3) };
      grads = { w: zeros([3]) };
      #output = zeros([3]);
      #seen = zeros([3]);
      forward() {
        for (let i = 0; i < 3; i++) {
          this.#seen.set(i, this.params.w.get(i));
          this.#output.set(i, this.params.w.get(i) ** 3);
        }
        return this.#output;
      }
      backward(dout: NdArray) {
        for (let i = 0; i < 3; i++) this.grads.w.set(i, 3 * this.#seen.get(i) ** 2 * dout.get(i));
      }
    }
    const layer = new Cube();
    const report = gradcheck(
      () => ({
        output: layer.forward(),
        backward: (dout) => {
          layer.backward(dout);
          return layer.grads;
        },
      }),
      layer.params,
    );
    expect(report).toMatchObject({ passed: true, compared: 9 });
    expect(layer.params.w.data).toEqual(Float64Array.of(1, 2, 3));
  });

  it('may give an evaluation whose backward uses this, and write to dout', () => {
    class Doubled {
      constructor(readonly output: NdArray) {}
      factor = 2;
      backward(dout: NdArray) {
        for (let i = 0; i < dout.size; i++) dout.set(i, this.factor * dout.get(i));
        return dout;
      }
    }
    const fn = (x: NdArray) => new Doubled(map(x, (v) => 2 * v));
    for (const [, options] of modes) expect(gradcheck(fn, vector(1, 2, 3), options).passed).toBe(true);
  });

  it('are caught when a backward pass adds to the one before', () => {
    const sum = zeros([2]);
    const fn = (x: NdArray) => ({
      output: map(x, (v) => v),
      backward: (dout: NdArray) => {
        for (let i = 0; i < 2; i++) sum.set(i, sum.get(i) + dout.get(i));
        return sum;
      },
    });
    expect(gradcheck(fn, vector(1, 2)).passed).toBe(false);
  });

  it('interleaved inputs move one at a time', () => {
    const memory = ndarray(Float64Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
    const fn = ({ even, odd }: { even: NdArray; odd: NdArray }) => ({
      output: map(even, (v, [i]) => v * odd.get(i)),
      backward: (dout: NdArray) => ({
        even: map(dout, (d, [i]) => d * odd.get(i)),
        odd: map(dout, (d, [i]) => d * even.get(i)),
      }),
    });
    assertGradcheck(fn, { even: memory.pick(null, 0), odd: memory.pick(null, 1) });
  });
});

describe('projections', () => {
  it('take one backward pass each, are reproducible by seed, and differ between seeds', () => {
    const seen: number[][] = [];
    const fn = (x: NdArray): Evaluation<NdArray> => ({
      output: map(x, (v) => v),
      backward: (dout) => {
        seen.push(Array.from(dout.data));
        return dout;
      },
    });
    for (const seed of [1, 1, 2]) gradcheck(fn, random(9, 50), { projections: 3, seed });
    expect(seen).toHaveLength(9);
    expect(seen.slice(3, 6)).toEqual(seen.slice(0, 3));
    expect(seen[6]).not.toEqual(seen[0]);
    expect(seen[1]).not.toEqual(seen[0]);
  });
});

describe('refuses', () => {
  const shared = new Float64Array(6);
  const identity = (x: NdArray) => ({ output: map(x, (v) => v), backward: (dout: NdArray) => dout as NdArray });
  let draws = 0;
  it.each<[what: string, run: () => unknown, message: RegExp]>([
    [
      'float32 inputs',
      () => gradcheck(identity, ndarray(new Float32Array(2), [2])),
      /input must hold float64 numbers, got float32: a difference quotient needs the digits .* convert to a Float64Array/,
    ],
    [
      'a float32 output',
      () => gradcheck((x: NdArray) => ({ output: ndarray(new Float32Array(2), [2]), backward: () => x }), zeros([2])),
      /The output must hold float64 numbers, got float32/,
    ],
    [
      'a float32 gradient',
      () =>
        gradcheck(({ a }) => ({ output: a, backward: () => ({ a: ndarray(new Float32Array(2), [2]) }) }), {
          a: zeros([2]),
        }),
      /The gradient for a must hold float64 numbers/,
    ],
    [
      'a gradient of another shape',
      () => gradcheck(() => ({ output: 0, backward: () => ({ bias: zeros([3, 1]) }) }), { bias: zeros([1, 3]) }),
      /gradient of shape \[3,1\] for bias, which has shape \[1,3\]/,
    ],
    [
      'a missing gradient',
      () => gradcheck(() => ({ output: 0, backward: () => ({}) as never }), { w: zeros([1]) }),
      /backward gave no gradient for w: return one for every input/,
    ],
    [
      'inputs that share memory',
      () =>
        gradcheck(({ a }) => ({ output: 0, backward: () => ({ a, b: a }) }), {
          a: ndarray(shared, [4]),
          b: ndarray(shared.subarray(3), [3]),
        }),
      /a and b share memory: their elements cannot move one by one, so pass copies/,
    ],
    [
      'a broadcast input',
      () => gradcheck(identity, ndarray(new Float64Array(2), [2, 3], [1, 0])),
      /input has elements that share memory \(strides \[1,0\]\)/,
    ],
    [
      'outputs that vary',
      () =>
        gradcheck(
          () => {
            draws += 1;
            return { output: draws, backward: () => zeros([1]) };
          },
          zeros([1]),
        ),
      /different outputs for the same inputs: element \[\] was \d+ and then \d+; fix its random numbers/,
    ],
    [
      'an output that changes its shape',
      () => {
        let length = 1;
        return gradcheck((x: NdArray) => ({ output: zeros([length++]), backward: () => x }), zeros([1]));
      },
      /output's shape changed from \[1\] to \[2\]/,
    ],
    [
      'a function that changes its input',
      () =>
        gradcheck(
          (x: NdArray) => {
            x.set(1, x.get(1) + 1);
            return { output: 0, backward: () => x };
          },
          vector(1, 2),
        ),
      /changed its input: input\[1\] was 2 and is 3; work on a copy/,
    ],
    [
      'empty inputs',
      () => gradcheck(identity, zeros([0])),
      /nothing to compare: the output has shape \[0\], and the inputs input \[0\]/,
    ],
    ['no inputs', () => gradcheck(() => ({ output: 1, backward: () => ({}) }), {}), /nothing to compare/],
    [
      'an empty output, with projections too',
      () => gradcheck((x: NdArray) => ({ output: zeros([0]), backward: () => x }), zeros([2]), { projections: 1 }),
      /nothing to compare: the output has shape \[0\]/,
    ],
    ['eps = 0', () => gradcheck(identity, zeros([1]), { eps: 0 }), /eps must be a positive number; got 0/],
    ['atol < 0', () => gradcheck(identity, zeros([1]), { atol: -1 }), /atol must be a number of at least 0; got -1/],
    ['rtol = NaN', () => gradcheck(identity, zeros([1]), { rtol: Number.NaN }), /rtol must be .* got NaN/],
    [
      'projections = 0',
      () => gradcheck(identity, zeros([1]), { projections: 0 }),
      /projections must be a positive integer; got 0/,
    ],
    [
      'an option that does not exist',
      () => gradcheck(identity, zeros([1]), { tolerance: 1 } as object),
      /unknown option "tolerance"; the options are eps, atol, rtol, projections, seed/,
    ],
    ['wrong options', () => gradcheck(identity, zeros([1]), null as never), /options must be an object; got null/],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(message);
  });

  it('and restores the inputs when fn throws', () => {
    const x = vector(0.1, 0.2);
    let calls = 0;
    const fn = (v: NdArray) => {
      calls += 1;
      if (calls === 4) throw new Error('no more');
      return identity(v);
    };
    expect(() => gradcheck(fn, x)).toThrow('no more');
    expect(x.data).toEqual(Float64Array.of(0.1, 0.2));
  });
});

it('visits every position of a shape', () => {
  const seen: number[][] = [];
  forEachPosition([2, 0, 3], (position) => seen.push(position));
  forEachPosition([2, 2], (position) => seen.push(position));
  expect(seen).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
});
