// The checks of `gradcheck` bite: a mistake of each kind in each of the gradients must fail, and be the exit code.
import { startEngine } from '@cifarlab/engines';
import {
  Conv2d,
  ELU,
  type FloatNdArray,
  Linear,
  type Loss,
  type Module,
  SoftMaxCrossEntropy,
  Tanh,
} from '@cifarlab/ndarray-mlp';
import { RandomState } from '@cifarlab/numpy-random';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cast, mapElements, scaled } from '../src/gradcheck/arrays.js';
import { ndarrayCases } from '../src/gradcheck/cases.js';
import { checkFloat32, inFloat32 } from '../src/gradcheck/check-float32.js';
import { checkFloat64 } from '../src/gradcheck/check-float64.js';
import { measureCondition } from '../src/gradcheck/condition.js';
import type { DrawnGradient, Float32Case, Gradient } from '../src/gradcheck/gradient-case.js';
import type { CheckResult } from '../src/gradcheck/result.js';
import { tensorChecks, withBackend } from '../src/gradcheck/tensor-checks.js';
import { callCli } from './support/cli.js';

const SEED = 42;
const ROUNDS = 2;

/** A mistake in all the gradients of a function. */
type Mutant = (gradient: Gradient) => Gradient;

const rewriting =
  (rewrite: (dx: FloatNdArray) => FloatNdArray): Mutant =>
  (gradient) =>
  (inputs, dout) =>
    Object.fromEntries(Object.entries(gradient(inputs, dout)).map(([input, dx]) => [input, rewrite(dx)]));

const editing = (edit: (values: FloatNdArray['data']) => void) =>
  rewriting((dx) => {
    const copy = cast(dx, dx.dtype);
    edit(copy.data);
    return copy;
  });

const mutants: Record<string, Mutant> = {
  'the wrong sign': rewriting((dx) => scaled(dx, -1)),
  'half of it': rewriting((dx) => scaled(dx, 1 / 2)),
  'a scale that is off by one percent': rewriting((dx) => scaled(dx, 1.01)),
  'no gradient': rewriting((dx) => mapElements(dx, () => 0)),
  'the terms of half of dout missing': (gradient) => (inputs, dout) => {
    const cut = cast(dout, dout.dtype);
    cut.data.fill(0, Math.floor(cut.size / 2));
    return gradient(inputs, cut);
  },
  'its elements in another order': editing((values) => values.reverse()),
  'a NaN': editing((values) => values.fill(Number.NaN, 0, 1)),
  'an infinity': editing((values) => values.fill(Number.POSITIVE_INFINITY, 0, 1)),
};

const passed = ({ inputs }: CheckResult) => Object.fromEntries(inputs.map((input) => [input.name, input.passed]));
const all = ({ inputs }: CheckResult, value: boolean) => Object.fromEntries(inputs.map((input) => [input.name, value]));

describe.each(ndarrayCases.map((subject) => [subject.layer, subject] as const))('%s in float64', (_layer, subject) => {
  const check = (mutant: Mutant = (gradient) => gradient) =>
    checkFloat64(
      {
        ...subject,
        draw(rng, round) {
          const { create, ...drawn } = subject.draw(rng, round);
          const f = create('float64');
          return { ...drawn, create: () => ({ value: f.value, gradient: mutant(f.gradient) }) };
        },
      },
      SEED,
      ROUNDS,
    );

  it('passes as it is', () => {
    expect(check().passed).toBe(true);
  });

  it.each(Object.entries(mutants))('fails with %s, whatever it is the gradient of', (_name, mutant) => {
    const result = check(mutant);
    expect(passed(result)).toEqual(all(result, false));
    expect(result.passed).toBe(false);
  });
});

/** The rounds of a case, with what is expected worked out once. */
function drawOnce(subject: Float32Case): DrawnGradient[] {
  return Array.from({ length: ROUNDS }, (_, round) => {
    const drawn = subject.draw(new RandomState([SEED, round]), round);
    const { inputs, dout, exact, condition } = drawn;
    const expected = exact(inputs, dout);
    const conditions = condition?.(inputs, dout) ?? measureCondition(exact, drawn);
    return { ...drawn, exact: () => expected, condition: () => conditions };
  });
}

function expectToBite(subject: Float32Case): void {
  const rounds = drawOnce(subject);
  const check = (mutant: Mutant = (gradient) => gradient) =>
    checkFloat32(
      { ...subject, draw: (_rng, round) => ({ ...rounds[round]!, single: mutant(rounds[round]!.single) }) },
      SEED,
      ROUNDS,
    );
  expect(check().passed).toBe(true);
  for (const [name, mutant] of Object.entries(mutants)) {
    const result = check(mutant);
    expect({ name, ...passed(result) }).toEqual({ name, ...all(result, false) });
    expect(result.passed).toBe(false);
  }
}

describe('in float32', () => {
  it.each(ndarrayCases.map((subject) => [subject.layer, subject] as const))('%s fails with each', (_layer, subject) => {
    expectToBite(inFloat32(subject));
  });

  it('each gradient in TensorFlow.js fails with each', async () => {
    const { name: backend } = await startEngine({ family: 'tensorflow.js' });
    for (const check of tensorChecks(backend)) {
      if (check.available) await withBackend(check.backend, () => expectToBite(check.subject));
    }
  }, 60_000);
});

describe('the command', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** Lets the backward pass of a class run on what it was given, and then change what came of it. */
  function spoil<M extends Module | Loss>(
    { prototype }: { prototype: M },
    name: 'backward' | 'backwardParams',
    change: (dx: FloatNdArray, module: M, dout: FloatNdArray) => void,
  ): void {
    const methods = prototype as unknown as Record<string, (...args: FloatNdArray[]) => FloatNdArray>;
    const right = methods[name]!;
    vi.spyOn(methods, name).mockImplementation(function (this: unknown, ...args: FloatNdArray[]) {
      const dx = right.apply(this, args);
      change(dx, this as M, args[0]!);
      return dx;
    });
  }

  const scaleBy = (dx: FloatNdArray, factor: number) => dx.data.set(scaled(dx, factor).data);

  it.each<[mistake: string, layer: string, spoiled: RegExp, () => void]>([
    [
      'a missing term',
      'tanh',
      /^tanh/,
      () => spoil(Tanh, 'backward', (dx, _module, dout) => dx.data.set(cast(dout, dx.dtype).data)),
    ],
    ['a wrong sign', 'conv2d', /^conv2d/, () => spoil(Conv2d, 'backward', (dx) => scaleBy(dx, -1))],
    [
      'a missing factor 1/S',
      'softmax-cross-entropy',
      /^softmax-cross-entropy/,
      () => spoil(SoftMaxCrossEntropy, 'backward', (dx) => scaleBy(dx, dx.shape[0]!)),
    ],
    [
      'a transposed product',
      'linear',
      /^ +weight/,
      () =>
        spoil(Linear, 'backwardParams', (_dx, { grads: { weight } }) =>
          weight.data.set(cast(weight.transpose(1, 0), weight.dtype).data),
        ),
    ],
    ['a NaN', 'elu', /^elu/, () => spoil(ELU, 'backward', (dx) => dx.data.fill(Number.NaN, 0, 1))],
    ['a gradient of another shape', 'linear', /^linear/, () => spoil(Linear, 'backward', (dx) => dx.shape.reverse())],
  ])('ends with 1 for %s, and names the row', async (_mistake, layer, spoiled, spoilIt) => {
    spoilIt();
    const { code, stdout } = await callCli('gradcheck', layer, 'relu', '--precision', 'float64');
    expect(code).toBe(1);
    const failed = stdout.match(/^.*FAILED.*$/gm);
    expect(failed).toEqual([expect.stringMatching(spoiled)]);
    expect(stdout).toMatch(/^relu .* ok$/m);
  });
});
