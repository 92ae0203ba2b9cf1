import fixture from '../fixtures/layernorm.json' with { type: 'json' };
import { fromNested } from './arrays.js';

/** Reference values in float64, from inputs that are exact in float32: x has a mean of 10 or of 1e4. */
export const golden = fixture.map(({ eps, ...arrays }) => {
  const x = fromNested(arrays.x);
  return {
    title: `${x.shape.join('x')}, mean ${Math.round(x.get(0, 0)) > 1000 ? '1e4' : '10'}`,
    epsilon: eps,
    inputs: { x, gamma: fromNested(arrays.gamma), beta: fromNested(arrays.beta) },
    dy: fromNested(arrays.dout),
    expected: {
      y: fromNested(arrays.out),
      dx: fromNested(arrays.dx),
      dgamma: fromNested(arrays.dgamma),
      dbeta: fromNested(arrays.dbeta),
    },
  };
});
