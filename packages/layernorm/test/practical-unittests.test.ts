// `TestLayerNorm` of the practical (`unittests.py`), test by test: its ranges of shapes, inputs and tolerances, and both
// automatic and manual versions in float32 besides.
import { formatGradcheckReport } from '@cifarlab/gradcheck';
import { RandomState } from '@cifarlab/numpy-random';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { LayerNorm as LayerNormLayer } from '../src/index.js';
import { type FloatNdArray, LayerNorm, layerNormForward } from '../src/ndarray/index.js';
import { castInputs, fromValues, type Inputs, normals } from './support/arrays.js';
import { checkGradient, onNdArrays, onTensors } from './support/check-gradient.js';
import { failOnLeaks, implementations, run, toNdArray, toTensor } from './support/tensors.js';

failOnLeaks();

/** np.random.choice(range(low, high)) */
const choice = (rng: RandomState, low: number, high: number) => low + rng.choice(high - low);

const constant = (n: number, value: number) => fromValues(new Float64Array(n).fill(value), [n]);
const arange = (n: number, f: (j: number) => number) =>
  fromValues(
    Float64Array.from({ length: n }, (_, j) => f(j)),
    [n],
  );

/** Computes the mean and unbiased variance along each row. */
function rowStatistics(y: FloatNdArray): { mean: number; variance: number }[] {
  const [rows, features] = y.shape as [number, number];
  return Array.from({ length: rows }, (_, i) => {
    const row = Array.from({ length: features }, (_, j) => y.get(i, j));
    const mean = row.reduce((a, b) => a + b) / features;
    return { mean, variance: row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (features - 1) };
  });
}

function expectNormalised(y: FloatNdArray): void {
  for (const { mean, variance } of rowStatistics(y)) {
    expect(Math.abs(mean)).toBeLessThan(1e-5);
    expect(Math.abs(variance - 1)).toBeLessThan(1e-1);
  }
}

const draw = (rng: RandomState, [low, high]: [number, number], features: [number, number] = [64, 256]): Inputs => {
  const N = choice(rng, low, high);
  const M = choice(rng, ...features);
  return { x: normals(rng, [N, M], { mean: 10, std: 2 }), gamma: constant(M, 1), beta: constant(M, 0) };
};
const arangeParameters = ({ x, gamma: { size } }: Inputs): Inputs => ({
  x,
  gamma: arange(size, (j) => Math.sqrt(10 * j)),
  beta: arange(size, (j) => 100 * j),
});

describe('TestLayerNorm', () => {
  it.each(implementations)('test_autograd, of %s', (_name, implementation) => {
    const rng = new RandomState(42);
    for (let testNum = 0; testNum < 10; testNum++) {
      const inputs = draw(rng, [16, 32]);
      expectNormalised(run(implementation, inputs, inputs.x).y);
    }
  });

  it('test_manual_function', () => {
    const rng = new RandomState(42);
    for (let testNum = 0; testNum < 5; testNum++) {
      const inputs = draw(rng, [8, 32]);
      const { x, gamma } = inputs;
      const beta = arange(gamma.size, (j) => 100 * j);
      const meanOfBeta = (100 * (beta.size - 1)) / 2;
      for (const { mean } of rowStatistics(layerNormForward(x, gamma, beta).y)) {
        expect(Math.abs(mean - meanOfBeta)).toBeLessThan(1e-5);
      }
      // The practical compares full Jacobians of up to 8000 by 8000; random projections of them find the same mistakes.
      const report = checkGradient(arangeParameters({ ...inputs, x: firstRows(x, 2) }), onNdArrays, GRADCHECK);
      expect(report.passed, formatGradcheckReport(report)).toBe(true);
    }
  });

  it.each(implementations)('test_manual_function, the gradients of %s', (name, implementation) => {
    const rng = new RandomState(42);
    for (let testNum = 0; testNum < 5; testNum++) {
      const inputs = draw(rng, [8, 32]);
      const report = checkGradient(
        arangeParameters({ ...inputs, x: firstRows(inputs.x, 2) }),
        onTensors(name, implementation),
        GRADCHECK,
      );
      expect(report.passed, formatGradcheckReport(report)).toBe(true);
    }
  });

  it.each(['float64', 'float32'] as const)('test_manual_module, on ndarrays of %s', (dtype) => {
    const rng = new RandomState(42);
    for (let testNum = 0; testNum < 10; testNum++) {
      const { x } = castInputs(draw(rng, [8, 32]), dtype);
      expectNormalised(new LayerNorm(x.shape[1]!, { dtype }).forward(x));
    }
  });

  it('test_manual_module, as a tf.layers layer', () => {
    const rng = new RandomState(42);
    for (let testNum = 0; testNum < 10; testNum++) {
      const { x } = draw(rng, [8, 32]);
      tf.tidy(() => {
        const layer = new LayerNormLayer();
        expectNormalised(toNdArray(layer.apply(toTensor(x)) as tf.Tensor));
        layer.dispose();
      });
    }
  });

  it.each(implementations)("%s gives every feature its gamma's spread about its beta", (_name, implementation) => {
    const rows = 4096;
    const inputs = arangeParameters(draw(new RandomState(42), [rows, rows + 1], [128, 129]));
    const { y } = run(implementation, inputs, inputs.x);
    for (let j = 0; j < 128; j++) {
      const column = Array.from({ length: rows }, (_, i) => y.get(i, j) - inputs.beta.get(j));
      const mean = column.reduce((a, b) => a + b) / rows;
      const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
      // Five standard deviations of the mean and of the variance of this many draws.
      expect(Math.abs(mean)).toBeLessThanOrEqual(5 * inputs.gamma.get(j) * Math.sqrt(1 / rows));
      expect(Math.abs(variance - 10 * j)).toBeLessThanOrEqual(5 * 10 * j * Math.sqrt(2 / rows));
    }
  });
});

/** torch.autograd.gradcheck's tolerances; the step is greater, since beta goes up to 25500, which costs digits. */
const GRADCHECK = { eps: 1e-4, atol: 1e-5, rtol: 1e-3, projections: 3 };

const firstRows = (x: FloatNdArray, rows: number) => x.hi(rows, x.shape[1]!);
