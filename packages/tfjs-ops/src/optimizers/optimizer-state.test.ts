import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { failOnLeaks, randomValues } from '../../test/support/tensors.js';
import { Adam, AdamW, Muon, type OptimizerState, SGD } from '../index.js';

failOnLeaks();

type Model = Record<'w' | 'b', tf.Variable>;

const makeModel = (suffix = ''): Model =>
  tf.tidy(() => ({
    w: tf.variable(tf.tensor(randomValues(1, 6), [3, 2]), true, `w${suffix}`),
    b: tf.variable(tf.tensor(randomValues(2, 2)), true, `b${suffix}`),
  }));

/** Takes some steps on batches that depend on the step's number alone. */
function train(optimizer: tf.Optimizer, { w, b }: Model, from: number, to: number) {
  for (let step = from; step <= to; step++) {
    const loss = () => {
      const x = tf.tensor(randomValues(100 + step, 12), [4, 3]);
      return tf.mean(tf.square(tf.add(tf.matMul(x, w as tf.Tensor2D), b))) as tf.Scalar;
    };
    optimizer.minimize(loss, false, [w, b]);
  }
}

const bits = ({ w, b }: Model) => [w, b].map((variable) => [...new Uint32Array(variable.dataSync().slice().buffer)]);
const dispose = ({ w, b }: Model) => tf.dispose([w, b]);

/** Values of a model, carried over to another one. */
const snapshot = ({ w, b }: Model) => [w, b].map((variable) => variable.dataSync().slice());
const restore = ({ w, b }: Model, values: (Float32Array | Int32Array | Uint8Array)[]) =>
  tf.tidy(() => {
    [w, b].forEach((variable, i) => {
      variable.assign(tf.tensor(values[i]!, variable.shape));
    });
  });

const makers = {
  Adam: () => new Adam({ learningRate: 0.1, clipNorm: 1 }),
  'Adam amsgrad': () => new Adam({ amsgrad: true, weightDecay: 0.1 }),
  AdamW: () => new AdamW({ learningRate: 0.03 }),
  SGD: () => new SGD({ learningRate: 0.1 }),
  Muon: () => new Muon({ learningRate: 0.1, groups: [{ maxRank: 1, learningRateScale: 0.5, momentum: 0.85 }] }),
  'SGD momentum': () => new SGD({ learningRate: 0.1, momentum: 0.9, dampening: 0.5 }),
};

describe.each(Object.entries(makers))('%s', (_, make) => {
  const unbroken = () => {
    const model = makeModel();
    const optimizer = make();
    train(optimizer, model, 1, 4);
    const result = bits(model);
    optimizer.dispose();
    dispose(model);
    return result;
  };

  it('train 4 equals train 2, save as JSON and arrays, load, train 2, bit for bit', async () => {
    const model = makeModel();
    const first = make();
    train(first, model, 1, 2);
    const state = await first.stateDict();
    const values = snapshot(model);
    train(first, model, 3, 3);
    first.dispose();
    restore(model, values);

    const second = make();
    second.loadStateDict({ arrays: state.arrays, values: JSON.parse(JSON.stringify(state.values)) });
    expect(second.iterations).toBe(2);
    train(second, model, 3, 4);
    expect(bits(model)).toEqual(afterDisposing(model, unbroken));
    second.dispose();
  });

  it('the same through getWeights and setWeights', async () => {
    const model = makeModel();
    const first = make();
    train(first, model, 1, 2);
    const second = make();
    await second.setWeights(await first.getWeights());
    first.dispose();
    train(second, model, 3, 4);
    expect(second.iterations).toBe(4);
    expect(bits(model)).toEqual(afterDisposing(model, unbroken));
    second.dispose();
  });

  it('the same for a second model, whose variables have other names', async () => {
    const model = makeModel();
    const first = make();
    train(first, model, 1, 2);
    const state = await first.stateDict();
    const copy = makeModel('_1');
    restore(copy, snapshot(model));
    const second = make();
    second.loadStateDict(state);
    train(second, copy, 3, 4);
    train(first, model, 3, 4);
    expect(bits(copy)).toEqual(bits(model));
    first.dispose();
    second.dispose();
  });

  it('a loaded state is there before the first step', async () => {
    const model = makeModel();
    const first = make();
    train(first, model, 1, 2);
    const state = await first.stateDict();
    const second = make();
    second.loadStateDict(state);
    expect(await second.stateDict()).toEqual(state);
    const names = (await second.getWeights()).map(({ name }) => name);
    expect(names[0]).toBe('iter');
    expect(names.slice(1).every((name) => /^[wb]\/(step|m|v|vMax|momentumBuffer)$/.test(name))).toBe(true);
    first.dispose();
    second.dispose();
  });
});

/** Returns the result of an unbroken run, once the names of `model` are free again. */
function afterDisposing(model: Model, run: () => number[][]): number[][] {
  dispose(model);
  return run();
}

describe('the state dictionary', () => {
  it('is a copy: neither later steps nor changes of it reach across', async () => {
    const model = makeModel();
    const optimizer = new Adam();
    train(optimizer, model, 1, 1);
    const state = await optimizer.stateDict();
    const m = [...state.arrays['w/m']!.data];
    train(optimizer, model, 2, 2);
    expect([...state.arrays['w/m']!.data]).toEqual(m);
    optimizer.loadStateDict(state);
    state.arrays['w/m']!.data.fill(7);
    (await optimizer.stateDict()).arrays['w/m']!.data.fill(8);
    expect([...(await optimizer.stateDict()).arrays['w/m']!.data]).toEqual(m);
    optimizer.dispose();
  });

  it('goes to variables of other names in the first step alone', async () => {
    const [a, b] = ['a', 'b'].map((name) => tf.tidy(() => tf.variable(tf.scalar(1), true, name)));
    const optimizer = new Adam();
    const loss = (variable: tf.Variable) => () => tf.square(variable) as tf.Scalar;
    optimizer.minimize(loss(a!), false, [a!]);
    optimizer.loadStateDict(await optimizer.stateDict());
    optimizer.minimize(loss(a!), false, [a!]);
    optimizer.minimize(loss(b!), false, [b!]);
    expect((await optimizer.stateDict()).values.parameters).toEqual([
      { name: 'a', step: 2 },
      { name: 'b', step: 1 },
    ]);
    optimizer.dispose();
  });

  it('names what is wrong with it, and keeps what there was', async () => {
    const model = makeModel();
    const optimizer = new Adam();
    train(optimizer, model, 1, 1);
    const good = await optimizer.stateDict();
    const load = (change: (state: OptimizerState) => void) => () => {
      const state = structuredClone(good);
      change(state);
      optimizer.loadStateDict(state);
    };
    expect(load(({ values }) => Object.assign(values, { iterations: -1 }))).toThrow(
      'values.iterations must be an integer of 0 or more; got -1',
    );
    expect(load(({ values }) => Object.assign(values, { parameters: undefined }))).toThrow(
      'values.parameters must be an array; got undefined',
    );
    expect(load(({ values }) => Object.assign(values.parameters[0]!, { step: 0.5 }))).toThrow(
      'the step of parameter "w" must be an integer of 0 or more; got 0.5',
    );
    expect(load(({ values }) => values.parameters.pop())).toThrow("array 'b/m' is of no variable in values.parameters");
    expect(load(({ arrays }) => Object.assign(arrays['w/m']!, { data: new Float32Array(5) }))).toThrow(
      "array 'w/m' must hold 6 float32 values",
    );
    expect(load(({ arrays }) => Object.assign(arrays['w/m']!, { data: new Float64Array(6) }))).toThrow(
      "array 'w/m' must hold 6 float32 values",
    );
    expect(await optimizer.stateDict()).toEqual(good);
    optimizer.dispose();
  });

  it('must fit the variables and the settings of the next step, which else changes nothing', async () => {
    const model = makeModel();
    const saver = new Adam();
    train(saver, model, 1, 1);
    const state = await saver.stateDict();
    saver.dispose();
    const before = bits(model);
    // Not minimize: it does not dispose its gradients when they cannot be applied.
    const step = (optimizer: tf.Optimizer) =>
      tf.tidy(() => optimizer.applyGradients({ w: tf.ones([3, 2]), b: tf.ones([2]) }));

    const amsgrad = new Adam({ amsgrad: true });
    amsgrad.loadStateDict(state);
    expect(() => step(amsgrad)).toThrow(
      "The optimizer's state of variable 'w' has the slots m, v, but its settings need m, v, vMax",
    );
    const sgd = new SGD({ learningRate: 1 });
    sgd.loadStateDict(state);
    expect(() => step(sgd)).toThrow('has the slots m, v, but its settings need (none)');

    const { arrays, values } = structuredClone(state);
    arrays['b/v'] = { shape: [3], data: new Float32Array(3) };
    const other = new Adam();
    other.loadStateDict({ arrays, values });
    expect(() => step(other)).toThrow("The optimizer's state of variable 'b' has shape [3], but the variable has [2]");

    const renamed = new Adam();
    const parameters = [{ name: 'x', step: 1 }];
    renamed.loadStateDict({ arrays: {}, values: { iterations: 1, parameters } });
    expect(() => step(renamed)).toThrow(
      'The loaded optimizer state is of 1 variables (["x"], …), none of them by name among the 2 of this step',
    );
    expect(bits(model)).toEqual(before);
    for (const optimizer of [amsgrad, sgd, other, renamed]) optimizer.dispose();
  });

  it('is checked at once against the variables that it is loaded for, and what there was is kept', async () => {
    const { w, b } = makeModel();
    const saver = new Adam();
    train(saver, { w, b }, 1, 1);
    const state = await saver.stateDict();
    const optimizer = new Adam();
    train(optimizer, { w, b }, 1, 2);
    const before = await optimizer.stateDict();

    const amsgrad = new Adam({ amsgrad: true });
    expect(() => amsgrad.loadStateDict(state, [w, b])).toThrow(
      "The optimizer's state of variable 'w' has the slots m, v, but its settings need m, v, vMax",
    );
    expect(() => optimizer.loadStateDict(state, [b])).toThrow(
      `The optimizer's state has a variable 'w', which is not among the 1 it is to be loaded for (["b"], …)`,
    );
    const { arrays, values } = structuredClone(state);
    arrays['b/v'] = { shape: [3], data: new Float32Array(3) };
    expect(() => optimizer.loadStateDict({ arrays, values }, [w, b])).toThrow(
      "The optimizer's state of variable 'b' has shape [3], but the variable has [2]",
    );
    expect(await optimizer.stateDict()).toEqual(before);

    optimizer.loadStateDict(state, [b, w]);
    expect(await optimizer.stateDict()).toEqual(state);
    for (const each of [saver, optimizer, amsgrad]) each.dispose();
  });

  it("refuses another optimizer's weights", async () => {
    const optimizer = new Adam();
    const tensor = tf.scalar(1, 'int32');
    await expect(optimizer.setWeights([])).rejects.toThrow("Optimizer weights must begin with 'iter'; got undefined.");
    await expect(
      optimizer.setWeights([
        { name: 'iter', tensor },
        { name: 'w/m', tensor },
      ]),
    ).rejects.toThrow("Optimizer weight 'w/m' comes without 'w/step' before it");
    tensor.dispose();
  });
});

it('getWeights makes few tensors, and frees those of the last call', async () => {
  const model = makeModel();
  const optimizer = new Adam();
  train(optimizer, model, 1, 1);
  const before = tf.memory().numTensors;
  await optimizer.getWeights();
  await optimizer.getWeights();
  expect(tf.memory().numTensors).toBe(before + 3);
  optimizer.dispose();
});

describe('a held state', () => {
  const step = (optimizer: Adam, variable: tf.Variable) =>
    tf.tidy(() => optimizer.applyGradients({ [variable.name]: tf.mul(variable, 2) as tf.Tensor }));

  it('is what it goes back to, with nothing left behind', async () => {
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, -2])));
    const optimizer = new Adam();
    step(optimizer, variable);
    const before = await optimizer.stateDict();
    const { numTensors } = tf.memory();
    const held = optimizer.holdState();
    step(optimizer, variable);
    expect(await optimizer.stateDict()).not.toEqual(before);
    held.restore();
    expect(await optimizer.stateDict()).toEqual(before);
    expect(optimizer.iterations).toBe(1);
    optimizer.holdState().release();
    step(optimizer, variable);
    expect((await optimizer.stateDict()).values.iterations).toBe(2);
    expect(tf.memory().numTensors).toBe(numTensors);
    variable.dispose();
    optimizer.dispose();
  });
});
