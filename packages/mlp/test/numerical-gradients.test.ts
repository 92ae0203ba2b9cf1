// Autodiff in float32 against numerical gradients of the formulas, computed in float64.
import { evalNumericalGradient } from '@cifarlab/gradcheck';
import { RandomState } from '@cifarlab/numpy-random';
import { dropoutMask } from '@cifarlab/tfjs-ops';
import ndarray from 'ndarray';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACTIVATIONS } from '../src/activations.js';
import { createMlp, toState } from '../src/index.js';
import { referenceLogits } from './support/reference.js';
import { autodiff, BACKENDS, failOnLeaks, logitsOf, maxNormError, randn, startOrt } from './support/tensors.js';

beforeAll(startOrt);

const cases = ACTIVATIONS.flatMap((activation) =>
  (['none', 'layer', 'batch'] as const).flatMap((norm) => [0, 0.3].map((dropout) => ({ activation, norm, dropout }))),
);

describe.each(BACKENDS)('%s', (backend) => {
  failOnLeaks(() => backend);

  it.each(cases)('$activation, norm $norm, dropout $dropout', async ({ activation, norm, dropout }) => {
    const sizes = new RandomState([activation.length, norm.length, 10 * dropout]);
    const [S, nInputs, numClasses] = [sizes.randint(5, 9), sizes.randint(2, 6), sizes.randint(2, 4)];
    const nHidden = [sizes.randint(3, 6), sizes.randint(3, 6)];
    const [seed, step, negativeSlope] = [17, 3, 0.1];
    const model = createMlp({
      ...{ nInputs, nHidden, numClasses, activation, negativeSlope, norm, dropout, seed, init: 'pytorch' },
    });
    const x = randn(1, S * nInputs);
    const dout = randn(2, S * numClasses);

    const state = Object.fromEntries(
      Object.entries(await toState(model)).map(([name, { shape, data }]) => [
        name,
        ndarray(Float64Array.from(data), shape),
      ]),
    );
    const input = ndarray(Float64Array.from(x), [S, nInputs]);
    const masks = dropout > 0 ? nHidden.map((n, stream) => dropoutMask(S * n, dropout, { seed, stream, step })) : [];
    const reference = () => referenceLogits(state, input.data, S, { activation, norm, negativeSlope, masks });
    const loss = () => reference().reduce((sum, logit, i) => sum + logit * dout[i]!, 0);

    expect(maxNormError(logitsOf(model, x, nInputs, { training: true, step }), reference())).toBeLessThan(2e-6);
    const gradients = autodiff(model, x, nInputs, dout, { step });
    const parameters = Object.entries(state).filter(([name]) => !/running/.test(name));
    expect(Object.keys(gradients).toSorted()).toEqual(['x', ...parameters.map(([name]) => name)].toSorted());
    const expected = Object.fromEntries(
      [['x', input] as const, ...parameters].map(([name, array]) => [name, evalNumericalGradient(loss, array).data]),
    );
    const largest = Math.max(...Object.values(expected).map((gradient) => Math.max(...gradient.map(Math.abs))));
    for (const [name, gradient] of Object.entries(expected)) {
      if (norm === 'batch' && /^layers\.[01]\.bias$/.test(name)) {
        // No effect before a batch normalisation: rounding only.
        expect(Math.max(...gradients[name]!.map(Math.abs)), name).toBeLessThan(1e-5 * largest);
      } else expect(maxNormError(gradients[name]!, gradient), name).toBeLessThan(1e-5);
    }
    model.dispose();
  });
});
