import { RandomState } from '@cifarlab/numpy-random';
import ndarray, { type NdArray } from 'ndarray';
import { describe, expect, it } from 'vitest';
import {
  BatchNorm,
  Conv2d,
  ELU,
  LeakyReLU,
  Linear,
  MLP,
  MlpLearner,
  type MlpOptions,
  ReLU,
  SGD,
  SoftMax,
  Tanh,
} from './index.js';

const rows = (...values: number[][]) => ndarray(Float64Array.from(values.flat()), [values.length, values[0]!.length]);
const x = rows([1, -2, 3], [0.5, 4, -1], [2, 2, 2], [-3, 0, 1]);

describe('MLP', () => {
  it('is a linear layer and a nonlinearity per hidden layer, then a linear layer', () => {
    const kinds = (nHidden: number[], options: MlpOptions) =>
      new MLP(3, nHidden, 2, options).modules.map((module) => module.constructor);
    expect(kinds([5, 4], {})).toEqual([Linear, ELU, Linear, ELU, Linear]);
    expect(kinds([], {})).toEqual([Linear]);
    expect(kinds([5], { norm: 'batch', activation: 'tanh' })).toEqual([Linear, BatchNorm, Tanh, Linear]);
    expect(kinds([5], { activation: 'relu', output: 'probabilities' })).toEqual([Linear, ReLU, Linear, SoftMax]);
    const [, leaky] = new MLP(3, [5], 2, { activation: 'leaky-relu', negativeSlope: 0.3 }).modules;
    expect(leaky).toBeInstanceOf(LeakyReLU);
    expect((leaky as LeakyReLU).negativeSlope).toBe(0.3);
  });

  it('draws its weights layer by layer from one generator', () => {
    const rng = new RandomState(7);
    const mlp = new MLP(3, [4], 2, { rng });
    const same = new RandomState(7);
    expect(Array.from(mlp.params['layers.0.weight']!.data)).toEqual(Array.from(same.normals(12, 0, 1e-4)));
    expect(Array.from(mlp.params['layers.1.weight']!.data)).toEqual(Array.from(same.normals(8, 0, 1e-4)));
    expect(rng.random()).toBe(same.random());
  });

  it('names its parameters and buffers by layer', () => {
    const mlp = new MLP(3, [5, 4], 2, { norm: 'batch' });
    const shapes = Object.fromEntries(Object.entries(mlp.toState()).map(([name, { shape }]) => [name, shape]));
    expect(shapes).toEqual({
      'layers.0.weight': [5, 3],
      'layers.0.bias': [5],
      'norms.0.weight': [5],
      'norms.0.bias': [5],
      'layers.1.weight': [4, 5],
      'layers.1.bias': [4],
      'norms.1.weight': [4],
      'norms.1.bias': [4],
      'layers.2.weight': [2, 4],
      'layers.2.bias': [2],
      'norms.0.running_mean': [5],
      'norms.0.running_var': [5],
      'norms.1.running_mean': [4],
      'norms.1.running_var': [4],
    });
    expect(mlp.params['layers.0.bias']!.shape).toEqual([1, 5]);
    expect(Object.keys(mlp.grads)).toEqual(Object.keys(mlp.params));
  });

  it('gives logits or probabilities, and predicts probabilities from either', () => {
    const logits = new MLP(3, [4], 2, { init: 'he' });
    const probabilities = new MLP(3, [4], 2, { init: 'he', output: 'probabilities' });
    const expected = new SoftMax().forward(logits.forward(x));
    expect(probabilities.forward(x).data).toEqual(expected.data);
    expect(logits.predict(x).data).toEqual(expected.data);
    expect(probabilities.predict(x).data).toEqual(expected.data);
  });

  it('predicts one sample at a time what it predicts in a batch, with batch normalisation too', () => {
    const mlp = new MLP(3, [4], 2, { init: 'he', norm: 'batch' });
    mlp.forward(x);
    const before = mlp.toState();
    const batch = mlp.predict(x);
    for (let s = 0; s < 4; s++) {
      const one = mlp.predict(x.lo(s, 0).hi(1, 3));
      expect(one.get(0, 0)).toBeCloseTo(batch.get(s, 0), 14);
    }
    expect(mlp.toState()).toEqual(before);
  });

  it('has the parameters’ gradients without the one of its input', () => {
    const [a, b] = [new MLP(3, [4], 2, { init: 'he' }), new MLP(3, [4], 2, { init: 'he' })];
    const dout = a.forward(x);
    b.forward(x);
    expect(a.backward(dout).shape).toEqual([4, 3]);
    b.backwardParams(dout);
    expect(b.grads).toEqual(a.grads);
  });

  it('works without hidden layers: multinomial logistic regression', () => {
    const model = new MLP(3, [], 2, { init: 'he' });
    const layer = new Linear(3, 2, { init: 'he' });
    expect(model.forward(x).data).toEqual(layer.forward(x).data);
    const dout = rows([1, 2], [3, 4], [5, 6], [7, 8]);
    expect(model.backward(dout).data).toEqual(layer.backward(dout).data);
    model.backwardParams(dout);
    expect(model.grads['layers.0.weight']).toEqual(layer.grads.weight);
  });

  it('restores a state, which later training does not change', () => {
    const source = new MLP(3, [4], 2, { init: 'he', norm: 'batch', rng: new RandomState(1) });
    source.forward(x);
    const state = source.toState();
    const target = new MLP(3, [4], 2, { norm: 'batch' });
    target.loadState(state);
    expect(target.predict(x).data).toEqual(source.predict(x).data);
    source.params['layers.0.weight']!.set(0, 0, 99);
    source.forward(x);
    expect(target.toState()).toEqual(state);
  });

  it('takes over nothing of a state that does not fit, and says what does not', () => {
    const mlp = new MLP(3, [4], 2);
    const before = mlp.toState();
    const other = (change: (state: ReturnType<MLP['toState']>) => void) => {
      const state = new MLP(3, [4], 2, { init: 'he' }).toState();
      change(state);
      return state;
    };
    expect(() => mlp.loadState(other((state) => delete state['layers.1.bias']))).toThrow(
      "MLP: the state lacks the array 'layers.1.bias'; it was saved from another network or settings.",
    );
    expect(() => mlp.loadState(new MLP(3, [4], 2, { norm: 'batch' }).toState())).toThrow(
      /the state has an array 'norms.0.weight' that is not in \[layers.0.weight, /,
    );
    expect(() => mlp.loadState(new Map(Object.entries(before)) as never)).toThrow(/got a Map: give Object.fromEntries/);
    for (const array of [null, { shape: [4, 3], data: new Float64Array(12) }]) {
      expect(() => mlp.loadState({ ...before, 'layers.0.weight': array as never })).toThrow(
        "MLP: 'layers.0.weight' is not an ndarray; of the { shape, data } of a file make one by ndarray(data, shape).",
      );
    }
    expect(() => mlp.loadState(new MLP(3, [5], 2).toState())).toThrow(
      "MLP: 'layers.0.weight' is float64 [5, 3] in the state, but float64 [4, 3] here; " +
        'make the network with the settings it was saved with.',
    );
    expect(() => mlp.loadState(new MLP(3, [4], 2, { dtype: 'float32' }).toState())).toThrow(
      /'layers.0.weight' is float32 \[4, 3\] in the state, but float64 \[4, 3\] here/,
    );
    expect(mlp.toState()).toEqual(before);
  });

  it('takes the state of a PyTorch module: its count of batches is ignored, prefixes are named and taken away', () => {
    const source = new MLP(3, [4], 2, { init: 'he', norm: 'batch', rng: new RandomState(1) }).toState();
    const target = () => new MLP(3, [4], 2, { norm: 'batch' });
    const count = ndarray(BigInt64Array.of(7n), []) as unknown as NdArray;
    const under = (prefix: string) =>
      Object.fromEntries(
        Object.entries({ ...source, 'norms.0.num_batches_tracked': count }).map(([name, x]) => [prefix + name, x]),
      );
    for (const prefix of ['', 'module.', '_orig_mod.', 'module._orig_mod.', 'net.encoder.']) {
      const mlp = target();
      const before = mlp.toState();
      if (prefix !== '') {
        expect(() => mlp.loadState(under(prefix))).toThrow(
          new RangeError(
            `the state has "${prefix}" before the names of the model's arrays; pass { prefix: "${prefix}" } to take it away.`,
          ),
        );
        expect(mlp.toState()).toEqual(before);
      }
      mlp.loadState(under(prefix), { prefix });
      expect(mlp.toState()).toEqual(source);
    }
    const two = { ...under('student.'), 'teacher.layers.0.weight': source['layers.0.weight']! };
    expect(() => target().loadState(two)).toThrow('pass { prefix: "student." }');
    const mlp = target();
    mlp.loadState(two, { prefix: 'student.' });
    expect(mlp.toState()).toEqual(source);
    expect(() => mlp.loadState(under('module._orig_mod.'), { prefix: 'module.' })).toThrow('"module._orig_mod."');
    expect(() => mlp.loadState(source, { prefix: 'net.' })).toThrow(
      'no array of the state has a name that starts with the prefix "net."; the first is named "layers.0.weight".',
    );
    expect(() => mlp.loadState(source, { prefix: 3 as never })).toThrow(TypeError);
    expect(() => mlp.loadState(source, { strict: false } as never)).toThrow('there is no option "strict"');
    expect(() => mlp.loadState(null as never)).toThrow(TypeError);
  });

  it('refuses sizes and options that there are not', () => {
    expect(() => new MLP(3, [4, 0], 2)).toThrow('MLP: nHidden[1] must be a whole number of 1 or more; got 0.');
    expect(() => new MLP(3, [Number.NaN], 2)).toThrow(/MLP: nHidden\[0\] must be .* got NaN/);
    expect(() => new MLP(3, [], 0)).toThrow(/MLP: numClasses must be .* got 0/);
    const bad = (options: Record<string, string>) => () => new MLP(3, [4], 2, options as MlpOptions);
    expect(bad({ activation: 'gelu' })).toThrow(
      'MLP: activation must be one of elu, relu, leaky-relu, tanh; got "gelu".',
    );
    expect(bad({ norm: 'layer' })).toThrow('MLP: norm must be one of none, batch; got "layer".');
    expect(bad({ output: 'classes' })).toThrow(/MLP: output must be one of .*; got "classes"/);
    expect(bad({ dtype: 'float16' })).toThrow('dtype must be one of float64, float32; got "float16".');
  });

  it('refuses options that do not exist, and arguments of another kind', () => {
    const make =
      (...args: unknown[]) =>
      () =>
        new (MLP as new (...args: unknown[]) => MLP)(...args);
    expect(make(3, [4], 2, { activaton: 'relu' })).toThrow(
      'MLP: unknown option "activaton"; the options are activation, negativeSlope, norm, output, init, rng, dtype.',
    );
    expect(make(3, [4], 2, null)).toThrow('MLP: options must be an object; got null.');
    expect(make(3, [4], 2, 'relu')).toThrow('MLP: options must be an object; got "relu".');
    expect(make(3, 4, 2)).toThrow('MLP: nHidden is 4, but an array such as [100] is needed.');
    expect(make('3', [4], 2)).toThrow('MLP: nInputs must be a whole number of 1 or more; got "3".');
    expect(make(3, ['4'], 2)).toThrow('MLP: nHidden[0] must be a whole number of 1 or more; got "4".');
    expect(make(3, [4], 2, { rng: 42 })).toThrow('MLP: rng is 42, but a RandomState of @cifarlab/numpy-random');
    expect(make(3, [4], 2, { negativeSlope: '0.1' })).toThrow(
      'MLP: negativeSlope must be a finite number of 0 or more; got "0.1".',
    );
    expect(() => new Linear(2, 2, { bias: false } as object)).toThrow('Linear: unknown option "bias"');
    expect(() => new Linear(2, 2, { rng: null } as object)).toThrow('Linear: rng is null');
    expect(() => new Conv2d(2, 2, 3, { stride: 2 } as object)).toThrow('Conv2d: unknown option "stride"');
    expect(() => new BatchNorm(2, { eps: 1e-3 } as object)).toThrow('BatchNorm: unknown option "eps"');
    expect(() => new BatchNorm(2, { epsilon: '1' } as object)).toThrow(
      'BatchNorm: epsilon must be a finite number of 0 or more; got "1".',
    );
    const mlp = new MLP(3, [4], 2);
    expect(() => new SGD(mlp, { lr: 0.1 } as object)).toThrow(
      'SGD: unknown option "lr"; the options are momentum, weightDecay, nesterov.',
    );
    expect(() => new SGD(mlp, { momentum: 0.9, nesterov: 'no' } as object)).toThrow(
      'SGD: nesterov must be true or false; got "no".',
    );
    expect(() => new SGD(mlp, 0.1 as never)).toThrow('SGD: options must be an object; got 0.1.');
    expect(() => new SGD({} as MLP)).toThrow('SGD: model is an object, but a module with params and grads is needed.');
    expect(() => new MlpLearner(mlp, { learningRate: 0.1 } as object)).toThrow('SGD: unknown option "learningRate"');
  });

  it('names the layer that an input does not fit, and needs a forward pass before a backward one', () => {
    const mlp = new MLP(3, [4], 2);
    expect(() => mlp.backward(rows([1, 2]))).toThrow(/backward before forward/);
    expect(() => mlp.forward(rows([1, 2]))).toThrow(/Linear: x has shape \[1, 2\], but weight \[4, 3\] needs \[S, 3\]/);
  });
});
