import { assertGradcheck, formatGradcheckReport } from '@cifarlab/gradcheck';
import { layerNormBackward, layerNormForward } from '@cifarlab/layernorm/ndarray';
import ndarray, { type NdArray } from 'ndarray';

const inputs: Record<'x' | 'gamma' | 'beta', NdArray> = {
  x: ndarray(Float64Array.of(1, 2, 3, 6, 110, 120, 130, 160), [2, 4]),
  gamma: ndarray(Float64Array.of(0.5, 1, 1.5, 2), [4]),
  beta: ndarray(new Float64Array(4), [4]),
};

const report = assertGradcheck(({ x, gamma, beta }) => {
  const { y, cache } = layerNormForward(x, gamma, beta);
  const backward = (dy: NdArray) => {
    const { dx, dgamma, dbeta } = layerNormBackward(dy, cache);
    return { x: dx as NdArray, gamma: dgamma as NdArray, beta: dbeta as NdArray };
  };
  return { output: y as NdArray, backward };
}, inputs);
console.log(formatGradcheckReport(report).split(';')[0]);
