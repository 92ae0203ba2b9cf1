// Every hand-written gradient against numerical ones, and float32 against float64, at random shapes.
import { formatGradcheckReport, gradcheck } from '@cifarlab/gradcheck';
import { RandomState } from '@cifarlab/numpy-random';
import fc from 'fast-check';
import type { NdArray } from 'ndarray';
import { describe, expect, it } from 'vitest';
import { CrossEntropy, type FloatNdArray, type Loss, type Module, SoftMaxCrossEntropy } from '../src/index.js';
import { cast, randn, values } from './support/arrays.js';
import { checkLoss, checkModule } from './support/check-module.js';
import * as subjects from './support/subjects.js';

const { mlp } = subjects;
const all: subjects.Subject[] = [
  subjects.linear,
  subjects.elu,
  subjects.relu,
  subjects.leakyRelu,
  subjects.tanh,
  subjects.softMax,
  subjects.conv2d,
  subjects.batchNormTraining,
  subjects.batchNormEvaluation,
  mlp({ output: 'logits' }, 0),
  mlp({ output: 'probabilities' }, 1),
  mlp({ activation: 'tanh' }, 2),
  mlp({ norm: 'batch' }, 1, 'evaluation'),
];

const runs = (numRuns: number) => ({ numRuns });
const sizesOf = (sizes: subjects.Subject['sizes']) =>
  fc.record(Object.fromEntries(Object.entries(sizes).map(([key, [min, max]]) => [key, fc.integer({ min, max })])));
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe.each(all)('$name', ({ sizes, mode, create }) => {
  it('has the gradients of its forward pass', () => {
    fc.assert(
      fc.property(sizesOf(sizes), seeds, (shape, seed) => {
        const { module, x } = create(shape, new RandomState(seed), 'float64');
        const report = checkModule(module, x, { mode });
        if (!report.passed) throw new Error(formatGradcheckReport(report));
      }),
      runs(30),
    );
  });

  it('gives in float32 what it gives in float64, to rounding', () => {
    fc.assert(
      fc.property(sizesOf(sizes), seeds, (shape, seed) => {
        const single = create(shape, new RandomState(seed), 'float32');
        const double = create(shape, new RandomState(seed), 'float64');
        takeOver(double.module, single.module);
        const x = cast(single.x, 'float64');
        const [y32, y64] = [single.module.forward(single.x, mode), double.module.forward(x, mode)];
        const dout = cast(randn(new RandomState([seed, 1]), y32.shape), 'float32');
        const [dx32, dx64] = [single.module.backward(dout), double.module.backward(cast(dout, 'float64'))];
        expectNear(y32, y64);
        expectNear(dx32, dx64);
        for (const name of Object.keys(single.module.grads)) {
          expectNear(single.module.grads[name]!, double.module.grads[name]!);
        }
      }),
      runs(30),
    );
  });
});

it('MLP with batch normalisation in training, from the loss to every parameter', () => {
  const { create, sizes } = mlp({ norm: 'batch' }, 2);
  fc.assert(
    fc.property(sizesOf(sizes), seeds, (shape, seed) => {
      const rng = new RandomState(seed);
      const { module, x } = create(shape, rng, 'float64');
      const targets = subjects.randomOneHot(rng, x.shape[0]!, module.config.numClasses);
      const loss = new SoftMaxCrossEntropy();
      const inputs: Record<string, NdArray> = { x, ...module.params };
      const report = gradcheck(
        () => {
          const logits = module.forward(x);
          const backward = () => ({ x: module.backward(loss.backward(logits, targets)), ...module.grads });
          return { output: loss.forward(logits, targets), backward };
        },
        inputs,
        // Rows that nearly coincide make a normalised unit curve strongly.
        { eps: 1e-6, atol: 1e-5, rtol: 1e-4 },
      );
      if (!report.passed) throw new Error(formatGradcheckReport(report));
    }),
    runs(20),
  );
});

const losses: [string, Loss, (rng: RandomState, S: number, C: number) => FloatNdArray][] = [
  ['CrossEntropy', new CrossEntropy(), subjects.probabilities],
  ['SoftMaxCrossEntropy', new SoftMaxCrossEntropy(), (rng, S, C) => randn(rng, [S, C])],
];

describe.each(losses)('%s', (_name, loss, predictions) => {
  const shapes = fc.record({ S: fc.integer({ min: 1, max: 6 }), C: fc.integer({ min: 1, max: 6 }) });

  it.each([
    ['one-hot targets', subjects.randomOneHot],
    ['targets that are distributions', subjects.probabilities],
  ])('has the gradient of its forward pass for %s', (_kind, createTargets) => {
    fc.assert(
      fc.property(shapes, seeds, ({ S, C }, seed) => {
        const rng = new RandomState(seed);
        const report = checkLoss(loss, predictions(rng, S, C), createTargets(rng, S, C));
        if (!report.passed) throw new Error(formatGradcheckReport(report));
      }),
      runs(30),
    );
  });

  it('gives in float32 what it gives in float64, to rounding', () => {
    fc.assert(
      fc.property(shapes, seeds, ({ S, C }, seed) => {
        const rng = new RandomState(seed);
        const x = cast(predictions(rng, S, C), 'float32');
        const targets = subjects.randomOneHot(rng, S, C, 'float32');
        const [x64, targets64] = [cast(x, 'float64'), cast(targets, 'float64')];
        expect(loss.forward(x, targets)).toBeCloseTo(loss.forward(x64, targets64), 5);
        expectNear(loss.backward(x, targets), loss.backward(x64, targets64));
      }),
      runs(30),
    );
  });
});

function takeOver(target: Module, source: Module): void {
  const from: Record<string, FloatNdArray> = { ...source.params, ...source.buffers };
  for (const [name, x] of Object.entries({ ...target.params, ...target.buffers })) {
    x.data.set(from[name]!.data);
  }
}

/** Within 1e-4 of the largest number, or of 1. */
function expectNear(single: FloatNdArray, double: FloatNdArray): void {
  expect(single.dtype).toBe('float32');
  const [a, b] = [values(single), values(double)];
  const scale = Math.max(1, ...b.map(Math.abs));
  expect(Math.max(...a.map((element, i) => Math.abs(element - b[i]!)))).toBeLessThan(1e-4 * scale);
}
