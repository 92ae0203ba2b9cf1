import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { failOnLeaks, randomValues } from '../../test/support/tensors.js';
import { Adam, AdamW, noDecayOnBiasesAndNorms, SGD } from '../index.js';

failOnLeaks();

const variable = (name: string, values: number[], shape = [values.length], trainable = true) =>
  tf.tidy(() => tf.variable(tf.tensor(values, shape, 'float32'), trainable, name));
const read = (tensor: tf.Tensor) => [...tensor.dataSync()];
const apply = (optimizer: tf.Optimizer, gradients: Record<string, number[] | null>) =>
  tf.tidy(() => {
    const entries = Object.entries(gradients).map(([name, values]) => [name, values && tf.tensor1d(values)]);
    optimizer.applyGradients(Object.fromEntries(entries) as tf.NamedTensorMap);
  });

describe('variables without a gradient', () => {
  it('are left alone, and so is their state', async () => {
    const [a, b] = [variable('a', [1]), variable('b', [1])];
    const optimizer = new AdamW({ learningRate: 0.1, weightDecay: 0.5 });
    apply(optimizer, { a: [1], b: [1] });
    const [before, state] = [read(b), await optimizer.stateDict()];
    apply(optimizer, { a: [1], b: null });
    expect(read(b)).toEqual(before);
    const after = await optimizer.stateDict();
    expect(after.arrays['b/m']).toEqual(state.arrays['b/m']);
    expect(after.values).toEqual({
      iterations: 2,
      parameters: [
        { name: 'a', step: 2 },
        { name: 'b', step: 1 },
      ],
    });
    expect(read(a)).not.toEqual(before);
    optimizer.dispose();
  });

  it('may be all of them', () => {
    variable('a', [1]);
    const optimizer = new Adam({ clipNorm: 1 });
    apply(optimizer, { a: null });
    expect(optimizer.iterations).toBe(1);
  });

  it('arise in minimize from what is frozen and from what the loss does not need', () => {
    const [used, frozen, unused] = [
      variable('used', [1]),
      variable('frozen', [1], [1], false),
      variable('unused', [1]),
    ];
    const optimizer = new SGD({ learningRate: 0.5, weightDecay: 0.1 });
    const loss = () => tf.sum(tf.mul(used, frozen)) as tf.Scalar;
    const cost = optimizer.minimize(loss, true, [unused, frozen, used])!;
    expect(read(cost)).toEqual([1]);
    cost.dispose();
    optimizer.minimize(loss);
    expect(read(used)[0]).toBeCloseTo((1 - 0.55) * 0.95 - 0.5, 6);
    expect([read(frozen), read(unused)]).toEqual([[1], [1]]);
    optimizer.dispose();
  });
});

it('takes gradients as a list too, in any order', () => {
  const [a, b] = [variable('a', [1]), variable('b', [1])];
  const optimizer = new SGD({ learningRate: 1 });
  tf.tidy(() =>
    optimizer.applyGradients([
      { name: 'b', tensor: tf.tensor1d([0.5]) },
      { name: 'a', tensor: tf.tensor1d([0.25]) },
    ]),
  );
  expect([read(a), read(b)]).toEqual([[0.75], [0.5]]);
  optimizer.dispose();
});

describe('the learning rate', () => {
  it('may change between steps', () => {
    const a = variable('a', [1]);
    const optimizer = new SGD({ learningRate: 1 });
    optimizer.learningRate = 0.25;
    apply(optimizer, { a: [1] });
    expect(read(a)).toEqual([0.75]);
    expect(optimizer.learningRate).toBe(0.25);
    expect(optimizer.getConfig()).toMatchObject({ learningRate: 0.25 });
    expect(() => {
      optimizer.learningRate = Number.NaN;
    }).toThrow('learningRate must be a finite number of 0 or more; got NaN.');
  });
});

describe('groups', () => {
  it('select by variable, by function, by rank; later ones win', () => {
    const variables = [variable('w', [1], [1, 1]), variable('b', [1]), variable('head/w', [1], [1, 1])];
    const calls: string[] = [];
    const optimizer = new SGD({
      learningRate: 0.5,
      weightDecay: 0.5,
      groups: [
        noDecayOnBiasesAndNorms(),
        {
          match: ({ name }) => {
            calls.push(name);
            return name.startsWith('head/');
          },
          learningRate: 0.125,
          weightDecay: 0.25,
        },
        { variables: [variables[2]!], learningRate: 0.25 },
      ],
    });
    const step = () =>
      tf.tidy(() =>
        optimizer.applyGradients(variables.map(({ name, shape }) => ({ name, tensor: tf.fill(shape, 0.5) }))),
      );
    step();
    // θ - rate (g + decay θ).
    expect(variables.map(read)).toEqual([[1 - 0.5 * (0.5 + 0.5)], [1 - 0.5 * 0.5], [1 - 0.25 * (0.5 + 0.25)]]);
    step();
    expect(calls).toEqual(['w', 'b', 'head/w']);
    optimizer.dispose();
  });

  it('must make sense together, before anything is updated', () => {
    const w = variable('w', [1]);
    const groups = [
      { maxRank: 1, nesterov: true },
      { maxRank: 2, dampening: 0.5 },
    ];
    const optimizer = new SGD({ learningRate: 1, momentum: 0.9, groups });
    expect(() => apply(optimizer, { w: [1] })).toThrow('got momentum 0.9 and dampening 0.5');
    expect(read(w)).toEqual([1]);
  });

  it('scale the learning rate as it changes, or fix it', () => {
    const variables = ['scaled', 'fixed', 'plain'].map((name) => variable(name, [0]));
    const optimizer = new SGD({
      learningRate: 1,
      groups: [
        { match: ({ name }) => name === 'scaled', learningRateScale: 0.5 },
        { match: ({ name }) => name === 'fixed', learningRate: 0.125 },
      ],
    });
    optimizer.learningRate = 0.5;
    apply(optimizer, { scaled: [-1], fixed: [-1], plain: [-1] });
    expect(variables.map(read)).toEqual([[0.25], [0.125], [0.5]]);
    optimizer.dispose();
  });

  it('a helper for no weight decay on biases and norms', () => {
    const [w, b] = [variable('w', [1], [1, 1]), variable('b', [1])];
    const optimizer = new AdamW({ learningRate: 0.5, weightDecay: 0.5, groups: [noDecayOnBiasesAndNorms()] });
    tf.tidy(() => optimizer.applyGradients({ w: tf.zeros([1, 1]), b: tf.zeros([1]) }));
    expect([read(w), read(b)]).toEqual([[0.75], [1]]);
    optimizer.dispose();
  });
});

describe('options', () => {
  const loose = (options: object) => options as never;
  it.each([
    [() => new Adam({ learningRate: -1 }), 'learningRate must be a finite number of 0 or more; got -1'],
    [() => new SGD(loose({})), 'learningRate must be a finite number of 0 or more; got undefined'],
    [() => new Adam({ beta1: 1 }), 'beta1 must be 0 or more and below 1; got 1'],
    [() => new Adam({ beta2: -0.1 }), 'beta2 must be 0 or more and below 1; got -0.1'],
    [() => new Adam({ epsilon: Number.NaN }), 'epsilon must be a finite number of 0 or more; got NaN'],
    [() => new Adam(loose({ amsgrad: 1 })), 'amsgrad must be true or false; got 1'],
    [() => new Adam({ weightDecay: -1 }), 'weightDecay must be a finite number of 0 or more; got -1'],
    [() => new AdamW(loose({ lr: 1 })), 'AdamW: unknown option "lr"; the options are learningRate, beta1'],
    [() => new SGD({ learningRate: 1, momentum: 1 }), 'momentum must be 0 or more and below 1; got 1'],
    [() => new SGD({ learningRate: 1, dampening: 2 }), 'dampening must be from 0 to 1; got 2'],
    [
      () => new SGD({ learningRate: 1, nesterov: true }),
      'nesterov needs a momentum above 0 and a dampening of 0; got momentum 0 and dampening 0',
    ],
    [
      () => new SGD({ learningRate: 1, nesterov: true, momentum: 0.9, dampening: 0.1 }),
      'got momentum 0.9 and dampening 0.1',
    ],
    [() => new Adam({ clipNorm: 0 }), 'clipNorm must be a finite number above 0; got 0'],
    [() => new Adam({ clipValue: -1 }), 'clipValue must be a finite number above 0; got -1'],
    [() => new Adam({ clipNorm: 1, clipValue: 2 }), 'clipped in one way; got clipNorm 1 and clipValue 2'],
    [() => new Adam(loose({ groups: {} })), 'groups must be an array of groups; got an object'],
    [() => new Adam({ groups: [{}] }), 'groups[0] needs exactly one of variables, match, maxRank; got none'],
    [() => new Adam({ groups: [{ maxRank: 1, match: () => true }] }), 'got match and maxRank'],
    [() => new Adam({ groups: [{ maxRank: -1 }] }), 'groups[0].maxRank must be a finite number of 0 or more'],
    [() => new Adam(loose({ groups: [{ match: 'w' }] })), 'groups[0].match must be a function of a variable; got "w"'],
    [
      () => new Adam(loose({ groups: [{ variables: ['w'] }] })),
      'groups[0].variables must be an array of tf.Variable; got ["w"]',
    ],
    [() => new Adam({ groups: [{ maxRank: 1, beta1: 2 }] }), 'beta1 must be 0 or more and below 1; got 2'],
    [() => new Adam(loose({ groups: [{ maxRank: 1, momentum: 1 }] })), 'groups[0]: unknown option "momentum"'],
    [
      () => new Adam({ groups: [{ maxRank: 1, learningRate: 1, learningRateScale: 1 }] }),
      'groups[0] has both learningRate and learningRateScale',
    ],
  ])('%#', (make, message) => {
    expect(make).toThrow(message);
  });

  it('given as undefined are the defaults', () => {
    expect(new AdamW({ weightDecay: undefined, clipNorm: undefined }).getConfig()).toEqual(new AdamW().getConfig());
    expect(new AdamW().getConfig()).toEqual({
      learningRate: 1e-3,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0.01,
      amsgrad: false,
    });
  });

  it.each([
    new Adam({ amsgrad: true, clipNorm: 2, groups: [noDecayOnBiasesAndNorms(), { maxRank: 0, learningRateScale: 2 }] }),
    new AdamW({ clipValue: 1 }),
    new SGD({ learningRate: 1, momentum: 0.5, nesterov: true, decoupledWeightDecay: true }),
  ])('survive getConfig, JSON and fromConfig (%#)', (optimizer) => {
    const config = JSON.parse(JSON.stringify(optimizer.getConfig()));
    const cls = optimizer.constructor as tf.serialization.SerializableConstructor<tf.Optimizer> & typeof Adam;
    expect(cls.fromConfig(cls, config).getConfig()).toEqual(optimizer.getConfig());
  });

  it('that hold functions or variables cannot be saved', () => {
    expect(() => new Adam({ groups: [{ match: () => true }] }).getConfig()).toThrow(
      "groups[0] selects its variables by 'match', which cannot be saved; use 'maxRank'",
    );
  });
});

describe('gradients that cannot be applied', () => {
  it.each([
    [{ a: [1], nobody: [1] }, "A gradient for 'nobody', but there is no variable of that name; was it disposed?"],
    [{ a: [1, 2] }, "The gradient for variable 'a' has shape [2], but the variable has [1]"],
  ])('%#', (gradients, message) => {
    const a = variable('a', [1]);
    const optimizer = new Adam();
    expect(() => apply(optimizer, gradients as never)).toThrow(message);
    expect(read(a)).toEqual([1]);
    expect(optimizer.iterations).toBe(0);
  });

  it('twice the same name', () => {
    variable('a', [1]);
    const tensor = tf.tensor1d([1]);
    const twice = [
      { name: 'a', tensor },
      { name: 'a', tensor },
    ];
    expect(() => new Adam().applyGradients(twice)).toThrow("Two gradients for variable 'a'; add them up first.");
    tensor.dispose();
  });
});

describe('memory', () => {
  it.each([
    ['Adam', () => new Adam({ clipNorm: 1 }), 2],
    ['Adam amsgrad', () => new Adam({ amsgrad: true, weightDecay: 0.1, clipValue: 1 }), 3],
    ['SGD', () => new SGD({ learningRate: 0.1 }), 0],
    ['SGD momentum', () => new SGD({ learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.1 }), 1],
  ] as const)('%s holds its slots, and nothing after dispose', (_, make, slots) => {
    const w = variable('w', [...randomValues(1, 4)]);
    const before = tf.memory().numTensors;
    const optimizer = make();
    for (let step = 0; step < 3; step++) {
      optimizer.minimize(() => tf.sum(tf.square(w)) as tf.Scalar);
      expect(tf.memory().numTensors).toBe(before + slots);
    }
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves the gradients to the caller, also when one becomes the momentum', () => {
    variable('w', [1]);
    const gradient = tf.tensor1d([2]);
    const optimizer = new SGD({ learningRate: 1, momentum: 0.5 });
    optimizer.applyGradients({ w: gradient });
    expect(read(gradient)).toEqual([2]);
    gradient.dispose();
    apply(optimizer, { w: [1] });
    optimizer.dispose();
  });
});
