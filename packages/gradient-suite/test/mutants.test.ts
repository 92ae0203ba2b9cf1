// The suite bites: a mistake of each kind in each of the gradients must fail.
import { type FloatArrays, type Gradient, measureCondition } from '@cifarlab/gradcheck/float32';
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
import { cast, mapArrays, mapElements, scaled } from '../src/arrays.js';
import { checkTensors, inFloat32 } from '../src/check-float32.js';
import { checkFloat64 } from '../src/check-float64.js';
import type { GradientSubject, TensorGradient } from '../src/gradient-case.js';
import { checkGradients, type GradientResult } from '../src/index.js';
import { placeOf, withBackend } from '../src/tensorflow/place.js';
import { useBackend } from './support/backend.js';
import { ndarrayCases, tensorflowCases } from './support/cases.js';
import { collect } from './support/collect.js';

const SEED = 42;
const ROUNDS = 2;

/** A mistake in all the gradients of a function: in what they are made from, or in what comes of them. */
interface Mutant {
  dout?(dout: FloatNdArray): FloatNdArray;
  gradients?(gradients: FloatArrays): FloatArrays;
}

const rewriting = (rewrite: (dx: FloatNdArray) => FloatNdArray): Mutant => ({
  gradients: (gradients) => mapArrays(gradients, rewrite),
});

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
  'the terms of half of dout missing': {
    dout(dout) {
      const cut = cast(dout, dout.dtype);
      cut.data.fill(0, Math.floor(cut.size / 2));
      return cut;
    },
  },
  'its elements in another order': editing((values) => values.reverse()),
  'a NaN': editing((values) => values.fill(Number.NaN, 0, 1)),
  'an infinity': editing((values) => values.fill(Number.POSITIVE_INFINITY, 0, 1)),
};

const unchanged = <T>(value: T) => value;

const mutated =
  ({ dout: changeDout = unchanged, gradients: change = unchanged }: Mutant, gradient: Gradient): Gradient =>
  (inputs, dout) =>
    change(gradient(inputs, changeDout(dout)));

const passed = ({ inputs }: GradientResult) => Object.fromEntries(inputs.map((input) => [input.name, input.passed]));
const all = ({ inputs }: GradientResult, value: boolean) =>
  Object.fromEntries(inputs.map((input) => [input.name, value]));

describe.each(ndarrayCases.map((subject) => [subject.layer, subject] as const))('%s in float64', (_layer, subject) => {
  const check = (mutant: Mutant = {}) =>
    checkFloat64(
      {
        ...subject,
        draw(rng, round) {
          const { create, ...drawn } = subject.draw(rng, round);
          const f = create('float64');
          return { ...drawn, create: () => ({ value: f.value, gradient: mutated(mutant, f.gradient) }) };
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

type Draw = (
  rng: RandomState,
  round: number,
) => Omit<TensorGradient, 'single'> & {
  single(...args: Parameters<Gradient>): FloatArrays | Promise<FloatArrays>;
};

/** Returns the rounds of a case, with what is expected worked out once. */
function drawOnce(draw: Draw): ReturnType<Draw>[] {
  return Array.from({ length: ROUNDS }, (_, round) => {
    const drawn = draw(new RandomState([SEED, round]), round);
    const { inputs, dout, exact, condition } = drawn;
    const expected = exact(inputs, dout);
    const conditions = condition?.(inputs, dout) ?? measureCondition(exact, drawn);
    return { ...drawn, exact: () => expected, condition: () => conditions };
  });
}

async function expectToBite(subject: GradientSubject, draw: Draw): Promise<void> {
  const rounds = drawOnce(draw);
  const check = ({ dout: changeDout = unchanged, gradients: change = unchanged }: Mutant = {}) =>
    checkTensors(
      subject,
      (_rng, round) => ({
        ...rounds[round]!,
        single: async (inputs, dout) => change(await rounds[round]!.single(inputs, changeDout(dout))),
      }),
      SEED,
      ROUNDS,
    );
  expect((await check()).passed).toBe(true);
  for (const [name, mutant] of Object.entries(mutants)) {
    const result = await check(mutant);
    expect({ name, ...passed(result) }).toEqual({ name, ...all(result, false) });
    expect(result.passed).toBe(false);
  }
}

describe('in float32', () => {
  it.each(ndarrayCases.map((subject) => [subject.layer, subject] as const))('%s fails with each', (_layer, subject) =>
    expectToBite(subject, inFloat32(subject)),
  );

  it.for(['ort', 'cpu'] as const)(
    'each gradient in TensorFlow.js on %s fails with each',
    { timeout: 120_000 },
    async (backend, { skip }) => {
      const reason = await useBackend(backend);
      if (reason !== undefined) skip(reason);
      for (const one of tensorflowCases) {
        const place = placeOf(one, backend);
        if (place === undefined) continue;
        const draw = await one.load();
        await withBackend(place.backend, () => expectToBite(one, draw));
      }
    },
  );
});

describe('checkGradients', () => {
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

  it.each<[mistake: string, layer: string, spoiled: string[], () => void]>([
    [
      'a missing term',
      'tanh',
      ['x'],
      () => spoil(Tanh, 'backward', (dx, _module, dout) => dx.data.set(cast(dout, dx.dtype).data)),
    ],
    ['a wrong sign', 'conv2d', ['x'], () => spoil(Conv2d, 'backward', (dx) => scaleBy(dx, -1))],
    [
      'a missing factor 1/S',
      'softmax-cross-entropy',
      ['x'],
      () => spoil(SoftMaxCrossEntropy, 'backward', (dx) => scaleBy(dx, dx.shape[0]!)),
    ],
    [
      'a transposed product',
      'linear',
      ['weight'],
      () =>
        spoil(Linear, 'backwardParams', (_dx, { grads: { weight } }) =>
          weight.data.set(cast(weight.transpose(1, 0), weight.dtype).data),
        ),
    ],
    ['a NaN', 'elu', ['x'], () => spoil(ELU, 'backward', (dx) => dx.data.fill(Number.NaN, 0, 1))],
    ['a gradient of another shape', 'linear', [], () => spoil(Linear, 'backward', (dx) => dx.shape.reverse())],
  ])('finds %s, and names the row', async (_mistake, layer, spoiled, spoilIt) => {
    spoilIt();
    const results = await collect(checkGradients({ layers: [layer, 'relu'], precisions: ['float64'] }));
    const resultOf = (name: string) => results.find((result) => result.layer === name)!;
    expect(results).toHaveLength(2);
    expect(resultOf('relu').passed).toBe(true);
    const wrong = resultOf(layer);
    expect(wrong.passed).toBe(false);
    expect(wrong.inputs.filter((input) => !input.passed).map(({ name }) => name)).toEqual(spoiled);
    expect(wrong.reason === undefined).toBe(spoiled.length > 0);
  });
});
