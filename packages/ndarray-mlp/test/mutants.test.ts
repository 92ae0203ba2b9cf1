// The check of `gradients.test.ts` bites: each of these mistakes in a hand-written gradient must fail it, every time.
import { RandomState } from '@cifarlab/numpy-random';
import ops from 'ndarray-ops';
import { describe, expect, it } from 'vitest';
import {
  type BatchNorm,
  Conv2d,
  CrossEntropy,
  type FloatNdArray,
  type Loss,
  type Module,
  SoftMax,
  SoftMaxCrossEntropy,
} from '../src/index.js';
import { copy, fromValues, map, product, randn, scaled, sumAlong, values } from './support/arrays.js';
import { checkLoss, checkModule, type Gradients, type Pass } from './support/check-module.js';
import * as subjects from './support/subjects.js';

/** A mistake, as what the backward pass would then give. */
type Mutant<M extends Module> = (pass: Pass<M>) => Gradients;

const SEEDS = Array.from({ length: 10 }, (_, seed) => seed);

/**
 * @param sizes what mutants are tried on: square where a forgotten transpose must not fail by its shape alone, and of
 *   several samples where a mistake is one of averaging.
 */
function describeMutants<M extends Module>(
  subject: subjects.Subject<M>,
  sizes: Record<string, number>,
  mutants: Record<string, Mutant<M>>,
): void {
  const check = (seed: number, rewrite?: Mutant<M>) => {
    const { module, x } = subject.create(sizes, new RandomState(seed), 'float64');
    return checkModule(module, x, { mode: subject.mode, rewrite });
  };
  describe(subject.name, () => {
    it('passes as it is', () => {
      for (const seed of SEEDS) expect(check(seed).passed).toBe(true);
    });
    it.each(Object.entries(mutants))('fails with %s', (_name, mutant) => {
      for (const seed of SEEDS) expect(check(seed, mutant).passed).toBe(false);
    });
  });
}

/** The mistakes that can be made with any gradient of a parameter: `weight` and `bias`, and with the one of x. */
const wrongSign =
  (name: string): Mutant<Module> =>
  ({ gradients }) => ({ ...gradients, [name]: scaled(gradients[name]!, -1) });
const scaledBy =
  (name: string, factor: (pass: Pass) => number): Mutant<Module> =>
  (pass) => ({ ...pass.gradients, [name]: scaled(pass.gradients[name]!, factor(pass)) });
const dropped = (name: string) => scaledBy(name, () => 0);
const averaged = (name: string) => scaledBy(name, ({ dout }) => 1 / dout.shape[0]!);

describeMutants(
  subjects.linear,
  { S: 4, inFeatures: 4, outFeatures: 4 },
  {
    'the wrong sign of dx': wrongSign('x'),
    'the wrong sign of the weight gradient': wrongSign('weight'),
    'the wrong sign of the bias gradient': wrongSign('bias'),
    'dx through the transposed weight': ({ module, dout, gradients }) => ({
      ...gradients,
      x: product(dout, module.params.weight.transpose(1, 0)),
    }),
    'a transposed weight gradient': ({ x, dout, gradients }) => ({
      ...gradients,
      weight: product(x.transpose(1, 0), dout),
    }),
    'x not transposed in the weight gradient': ({ x, dout, gradients }) => ({ ...gradients, weight: product(dout, x) }),
    'a weight gradient averaged over samples': averaged('weight'),
    'a bias gradient averaged over samples': averaged('bias'),
    'no weight gradient': dropped('weight'),
    'no bias gradient': dropped('bias'),
    'a bias gradient summed over units, not samples': ({ dout, gradients }) => ({
      ...gradients,
      bias: fromValues(values(sumAlong(1, dout).pick(null, 0)), [1, 4]),
    }),
    'the bias gradient of the first sample only': ({ dout, gradients }) => ({
      ...gradients,
      bias: copy(dout.hi(1, 4)),
    }),
  },
);

const elementwise = (f: (dout: number, x: number, y: number) => number): Mutant<Module> => {
  return ({ x, y, dout }) => ({ x: map(f as (...elements: number[]) => number, dout, x, y) });
};
const SHAPE = { S: 4, M: 5 };

describeMutants(subjects.elu, SHAPE, {
  'the wrong sign': wrongSign('x'),
  'a factor of 2': scaledBy('x', () => 2),
  'the derivative forgotten on the negative side': elementwise((d) => d),
  'the negative side cut off, as of a rectifier': elementwise((d, x) => (x > 0 ? d : 0)),
  'the value in place of the derivative on the negative side': elementwise((d, x, y) => (x > 0 ? d : d * y)),
  'the exponential on the positive side too': elementwise((d, x) => d * Math.exp(x)),
  'dout left out': elementwise((_d, x) => Math.exp(Math.min(x, 0))),
});

describeMutants(subjects.relu, SHAPE, {
  'the wrong sign': wrongSign('x'),
  'the derivative forgotten on the negative side': elementwise((d) => d),
  'the mask the wrong way round': elementwise((d, x) => (x > 0 ? 0 : d)),
  'the mask taken from dout': elementwise((d) => Math.max(d, 0)),
  'the value in place of the mask': elementwise((d, _x, y) => d * y),
});

describeMutants(subjects.leakyRelu, SHAPE, {
  'the wrong sign': wrongSign('x'),
  'the slope forgotten on the negative side': elementwise((d) => d),
  'the negative side cut off': elementwise((d, x) => (x > 0 ? d : 0)),
  'the slope on the positive side': elementwise((d, x) => (x > 0 ? 0.1 * d : d)),
  'a negative slope on the negative side': elementwise((d, x) => (x > 0 ? d : -0.1 * d)),
});

describeMutants(subjects.tanh, SHAPE, {
  'the wrong sign': wrongSign('x'),
  'y in place of its square': elementwise((d, _x, y) => d * (1 - y)),
  'x in place of y': elementwise((d, x) => d * (1 - x * x)),
  'the derivative of the logistic function': elementwise((d, _x, y) => d * y * (1 - y)),
  'the derivative left out': elementwise((d) => d),
});

describeMutants(subjects.softMax, SHAPE, {
  'the wrong sign': wrongSign('x'),
  'the diagonal of the Jacobian only': elementwise((d, _x, y) => d * y * (1 - y)),
  'the sum left out': elementwise((d, _x, y) => d * y),
  'the wrong sign of the sum': ({ y, dout }) => ({
    x: map(
      (p, d, sum) => p * (d + sum),
      y,
      dout,
      sumAlong(
        1,
        map((a, b) => a * b, dout, y),
      ),
    ),
  }),
  'the sum not weighted by the probabilities': ({ y, dout }) => ({
    x: map((p, d, sum) => p * (d - sum), y, dout, sumAlong(1, dout)),
  }),
  'the sum over samples, not classes': ({ y, dout }) => ({
    x: map(
      (p, d, sum) => p * (d - sum),
      y,
      dout,
      sumAlong(
        0,
        map((a, b) => a * b, dout, y),
      ),
    ),
  }),
  'the factor y left out': ({ y, dout }) => ({
    x: map(
      (d, sum) => d - sum,
      dout,
      sumAlong(
        1,
        map((a, b) => a * b, dout, y),
      ),
    ),
  }),
});

/** dx of a convolution with another weight. */
const dxWith =
  (rewrite: (weight: FloatNdArray) => FloatNdArray): Mutant<Conv2d> =>
  ({ module, x, dout, gradients }) => {
    const other = new Conv2d(module.inChannels, module.outChannels, module.kernelSize);
    ops.assign(other.params.weight, rewrite(module.params.weight));
    other.forward(x);
    return { ...gradients, x: other.backward(dout) };
  };
const weightAs =
  (rewrite: (weight: FloatNdArray) => FloatNdArray): Mutant<Conv2d> =>
  ({ gradients }) => ({ ...gradients, weight: copy(rewrite(gradients.weight!)) });
const flip = (weight: FloatNdArray) => weight.step(1, 1, -1, -1);

describeMutants(
  subjects.conv2d,
  { S: 2, C: 2, O: 2, kh: 2, kw: 2, moreRows: 1, moreColumns: 1 },
  {
    'the wrong sign of dx': wrongSign('x'),
    'the wrong sign of the weight gradient': wrongSign('weight'),
    'the wrong sign of the bias gradient': wrongSign('bias'),
    'the kernel of dx not flipped': dxWith(flip),
    'height and width of the kernel of dx swapped': dxWith((weight) => weight.transpose(0, 1, 3, 2)),
    'the channels of dx swapped': dxWith((weight) => weight.transpose(1, 0, 2, 3)),
    'a single kernel position reaching dx': dxWith((weight) => {
      const corner = scaled(weight, 0);
      ops.assign(corner.hi(2, 2, 1, 1), weight.hi(2, 2, 1, 1));
      return corner;
    }),
    'a flipped weight gradient': weightAs(flip),
    'the channels of the weight gradient swapped': weightAs((weight) => weight.transpose(1, 0, 2, 3)),
    'a weight gradient averaged over samples': averaged('weight'),
    'no bias gradient': dropped('bias'),
    'a bias gradient averaged over samples': averaged('bias'),
    'a bias gradient averaged over positions': scaledBy('bias', ({ dout }) => 1 / (dout.shape[2]! * dout.shape[3]!)),
  },
);

/** Returns the parts of the gradient of batch normalisation, all as [S, M]. */
function batchNormParts({ module, x, dout }: Pass<BatchNorm>) {
  const S = x.shape[0]!;
  const mean = (z: FloatNdArray) => scaled(sumAlong(0, z), 1 / S);
  const centred = map((a, b) => a - b, x, mean(x));
  const variance = mean(map((a) => a * a, centred));
  const std = map((v) => Math.sqrt(v + module.epsilon), variance);
  const xhat = map((a, b) => a / b, centred, std);
  const gamma = product(fromValues(new Array(S).fill(1), [S, 1]), module.params.weight);
  const meanAlongXhat = mean(map((a, b) => a * b, dout, xhat));
  return { S, std, xhat, gamma, dy: dout, meanDy: mean(dout), meanAlongXhat };
}
const batchNormDx =
  (
    f: (at: Record<'std' | 'xhat' | 'gamma' | 'dy' | 'meanDy' | 'meanAlongXhat', number>, S: number) => number,
  ): Mutant<BatchNorm> =>
  (pass) => {
    const { S, std, xhat, gamma, dy, meanDy, meanAlongXhat } = batchNormParts(pass);
    const x = map(
      (...[std, xhat, gamma, dy, meanDy, meanAlongXhat]) =>
        f({ std, xhat, gamma, dy, meanDy, meanAlongXhat } as Parameters<typeof f>[0], S),
      std,
      xhat,
      gamma,
      dy,
      meanDy,
      meanAlongXhat,
    );
    return { ...pass.gradients, x };
  };

const parameterMutants: Record<string, Mutant<BatchNorm>> = {
  'the wrong sign of the gradient of gamma': wrongSign('weight'),
  'no gradient of gamma': dropped('weight'),
  'a gradient of gamma averaged over samples': averaged('weight'),
  'no gradient of beta': dropped('bias'),
  'a gradient of beta averaged over samples': averaged('bias'),
  'the gradients of gamma and beta swapped': ({ gradients }) => ({
    ...gradients,
    weight: gradients.bias!,
    bias: gradients.weight!,
  }),
};

describeMutants(
  subjects.batchNormTraining,
  { S: 5, M: 4 },
  {
    'the wrong sign of dx': wrongSign('x'),
    'the mean of dout dropped': batchNormDx(
      ({ gamma, std, dy, xhat, meanAlongXhat }) => (gamma / std) * (dy - xhat * meanAlongXhat),
    ),
    'the part along xhat dropped': batchNormDx(({ gamma, std, dy, meanDy }) => (gamma / std) * (dy - meanDy)),
    'the statistics taken for constants': batchNormDx(({ gamma, std, dy }) => (gamma / std) * dy),
    'the wrong sign of the part along xhat': batchNormDx(
      ({ gamma, std, dy, meanDy, xhat, meanAlongXhat }) => (gamma / std) * (dy - meanDy + xhat * meanAlongXhat),
    ),
    'sums in place of means': batchNormDx(
      ({ gamma, std, dy, meanDy, xhat, meanAlongXhat }, S) =>
        (gamma / std) * (dy - S * meanDy - S * xhat * meanAlongXhat),
    ),
    'the unbiased S - 1 in the part along xhat': batchNormDx(
      ({ gamma, std, dy, meanDy, xhat, meanAlongXhat }, S) =>
        (gamma / std) * (dy - meanDy - (S / (S - 1)) * xhat * meanAlongXhat),
    ),
    'gamma left out': batchNormDx(
      ({ std, dy, meanDy, xhat, meanAlongXhat }) => (1 / std) * (dy - meanDy - xhat * meanAlongXhat),
    ),
    'the division by the standard deviation left out': batchNormDx(
      ({ gamma, dy, meanDy, xhat, meanAlongXhat }) => gamma * (dy - meanDy - xhat * meanAlongXhat),
    ),
    ...parameterMutants,
  },
);

it('BatchNorm: the formula that its mutants change one part of passes as a whole', () => {
  const whole = batchNormDx(
    ({ gamma, std, dy, meanDy, xhat, meanAlongXhat }) => (gamma / std) * (dy - meanDy - xhat * meanAlongXhat),
  );
  for (const seed of SEEDS) {
    const { module, x } = subjects.batchNormTraining.create({ S: 5, M: 4 }, new RandomState(seed), 'float64');
    expect(checkModule(module, x, { rewrite: whole }).passed).toBe(true);
  }
});

describeMutants(
  subjects.batchNormEvaluation,
  { S: 5, M: 4 },
  {
    'the wrong sign of dx': wrongSign('x'),
    'the gradient of the training mode': batchNormDx(
      ({ gamma, std, dy, meanDy, xhat, meanAlongXhat }) => (gamma / std) * (dy - meanDy - xhat * meanAlongXhat),
    ),
    'gamma left out': ({ module, gradients, dout }) => ({
      ...gradients,
      x: map(
        (d, v) => d / Math.sqrt(v + module.epsilon),
        dout,
        product(fromValues([1, 1, 1, 1, 1], [5, 1]), module.buffers.running_var),
      ),
    }),
    ...parameterMutants,
  },
);

describeMutants(
  subjects.mlp({ output: 'logits' }, 1),
  { S: 4, nInputs: 4, units: 4, numClasses: 4 },
  {
    'the nonlinearity left out on the way back': ({ module, dout, gradients }) => {
      const [first, , last] = module.modules as [Module, Module, Module];
      return { ...gradients, x: first.backward(last.backward(dout)) };
    },
    'the modules passed in the order of the forward pass': ({ module, dout, gradients }) => ({
      ...gradients,
      x: module.modules.reduce((dh, layer) => layer.backward(dh), dout),
    }),
    'the first layer left without a gradient': dropped('layers.0.weight'),
    'the gradients of the last layer in the first': ({ gradients }) => ({
      ...gradients,
      'layers.0.weight': gradients['layers.1.weight']!,
    }),
  },
);

type LossMutant = (dx: FloatNdArray, x: FloatNdArray, targets: FloatNdArray) => FloatNdArray;

function describeLossMutants(
  name: string,
  loss: Loss,
  predictions: (rng: RandomState, S: number, C: number) => FloatNdArray,
  mutants: Record<string, LossMutant>,
): void {
  const check = (seed: number, rewrite?: LossMutant) => {
    const rng = new RandomState(seed);
    return checkLoss(loss, predictions(rng, 4, 5), subjects.randomOneHot(rng, 4, 5), rewrite);
  };
  describe(name, () => {
    it('passes as it is', () => {
      for (const seed of SEEDS) expect(check(seed).passed).toBe(true);
    });
    it.each(Object.entries(mutants))('fails with %s', (_name, mutant) => {
      for (const seed of SEEDS) expect(check(seed, mutant).passed).toBe(false);
    });
  });
}

const lossMutants: Record<string, LossMutant> = {
  'the wrong sign': (dx) => scaled(dx, -1),
  'a missing 1/S': (dx) => scaled(dx, dx.shape[0]!),
  '1/(S C) in place of 1/S': (dx) => scaled(dx, 1 / dx.shape[1]!),
  '1/C in place of 1/S': (dx) => scaled(dx, dx.shape[0]! / dx.shape[1]!),
};

describeLossMutants('CrossEntropy', new CrossEntropy(), subjects.probabilities, {
  ...lossMutants,
  'the targets left out': (_dx, x) => map((p) => -1 / (4 * p), x),
  'the probabilities left out': (_dx, _x, targets) => scaled(targets, -1 / 4),
  'the gradient with respect to the logits': (_dx, x, targets) => map((p, t) => (p - t) / 4, x, targets),
});

describeLossMutants('SoftMaxCrossEntropy', new SoftMaxCrossEntropy(), (rng, S, C) => randn(rng, [S, C]), {
  ...lossMutants,
  'the targets left out': (_dx, x) => scaled(new SoftMax().forward(x), 1 / 4),
  'the softmax left out': (_dx, x, targets) => map((z, t) => (z - t) / 4, x, targets),
  'the gradient at the target class only': (dx, _x, targets) => map((d, t) => d * t, dx, targets),
});
