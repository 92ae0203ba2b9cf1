import { type GradcheckReport, gradcheck } from '@cifarlab/gradcheck';
import { LayerNorm } from '@cifarlab/layernorm/ndarray';
import {
  BatchNorm,
  Conv2d,
  CrossEntropy,
  ELU,
  LeakyReLU,
  Linear,
  type Loss,
  MLP,
  type Module,
  oneHot,
  ReLU,
  SoftMax,
  SoftMaxCrossEntropy,
  Tanh,
} from '@cifarlab/ndarray-mlp';
import { RandomState } from '@cifarlab/numpy-random';
import ndarray, { type NdArray } from 'ndarray';

/** One hand-written backward pass, checked at a random point. */
export interface GradcheckCase {
  name: string;
  check(seed: number): GradcheckReport;
}

const normals = (rng: RandomState, shape: number[]) =>
  ndarray(rng.normals(shape.reduce((product, n) => product * n, 1)), shape);

function moduleCase(name: string, shape: number[], create: (rng: RandomState) => Module): GradcheckCase {
  return {
    name,
    check(seed) {
      const rng = new RandomState(seed);
      const module = create(rng);
      // Away from the course's tiny weights and zero biases, where a wrong term would be too small to show.
      for (const parameter of Object.values(module.params))
        (parameter.data as Float64Array).set(rng.normals(parameter.size));
      const inputs: Record<string, NdArray> = { x: normals(rng, shape), ...module.params };
      return gradcheck((at: Record<string, NdArray>) => {
        const output = module.forward(at.x!);
        return {
          output,
          backward: (dout) => {
            const x = module.backward(dout);
            const grads = Object.entries(module.grads).map(
              ([key, grad]) => [key, ndarray((grad.data as Float64Array).slice(), grad.shape)] as const,
            );
            return { x, ...Object.fromEntries(grads) };
          },
        };
      }, inputs);
    },
  };
}

function lossCase(name: string, loss: Loss, predictions: (rng: RandomState) => NdArray): GradcheckCase {
  return {
    name,
    check(seed) {
      const rng = new RandomState(seed);
      const x = predictions(rng);
      const [count, nClasses] = x.shape as [number, number];
      const classes = Array.from({ length: count }, () => rng.randint(0, nClasses));
      const targets = oneHot(classes, nClasses);
      return gradcheck(
        (at: NdArray) => ({
          output: loss.forward(at, targets),
          backward: (dout) => {
            const dx = loss.backward(at, targets);
            const scale = dout.data[0]!;
            return ndarray(
              (dx.data as Float64Array).map((value) => scale * value),
              dx.shape,
            );
          },
        }),
        x,
      );
    },
  };
}

/** Every backward pass that is written by hand, in float64. */
export const gradcheckCases: readonly GradcheckCase[] = [
  moduleCase('linear', [5, 7], (rng) => new Linear(7, 4, { rng })),
  moduleCase('elu', [6, 5], () => new ELU()),
  moduleCase('relu', [6, 5], () => new ReLU()),
  moduleCase('leaky-relu', [6, 5], () => new LeakyReLU(0.1)),
  moduleCase('tanh', [6, 5], () => new Tanh()),
  moduleCase('softmax', [5, 6], () => new SoftMax()),
  moduleCase('conv2d', [2, 3, 5, 4], (rng) => new Conv2d(3, 2, [3, 2], { rng })),
  moduleCase('batch-norm', [6, 4], () => new BatchNorm(4)),
  moduleCase('layer-norm', [6, 4], () => new LayerNorm(4)),
  moduleCase('mlp', [4, 6], (rng) => new MLP(6, [5, 4], 3, { rng })),
  lossCase('cross-entropy', new CrossEntropy(), (rng) => new SoftMax().forward(normals(rng, [5, 6]))),
  lossCase('softmax-cross-entropy', new SoftMaxCrossEntropy(), (rng) => normals(rng, [5, 6])),
];
