import { gemm, gemmEngine, setGemmEngine } from '@cifarlab/gemm';
import { gradcheck } from '@cifarlab/gradcheck';
import { layerNormForward } from '@cifarlab/layernorm/ndarray';
import { Linear, MLP, MlpLearner } from '@cifarlab/ndarray-mlp';
import { RandomState } from '@cifarlab/numpy-random';
import { terminalCurve } from '@cifarlab/plots/terminal';
import { decodeSafetensors, encodeSafetensors } from '@cifarlab/safetensors';
import ndarray, { type NdArray } from 'ndarray';

/** Uses each package that the example page does without. What it gives is the same wherever it runs, as JSON. */
export function exercise() {
  const rng = new RandomState(42);
  const matrix = (rows: number, columns: number) => ndarray(rng.normals(rows * columns), [rows, columns]);

  setGemmEngine('wasm-simd');
  const product = ndarray(new Float64Array(30 * 20), [30, 20]);
  gemm(product, matrix(30, 50), matrix(50, 20));

  const layer = new Linear(4, 3, { rng });
  const report = gradcheck(
    (x: NdArray) => ({ output: layer.forward(x as never), backward: (dout: NdArray) => layer.backward(dout as never) }),
    matrix(5, 4),
  );

  const mlp = new MLP(12, [8], 3, { rng, init: 'he', dtype: 'float32' });
  const learner = new MlpLearner(mlp);
  const images = ndarray(Float32Array.from(rng.normals(60 * 12)), [60, 12]);
  const labels = ndarray(
    Float32Array.from({ length: 180 }, (_, i) => Number(i % 3 === Math.floor(i / 3) % 3)),
    [60, 3],
  );
  const losses = [1, 2, 3, 4, 5].map(() => learner.trainStep({ images, labels }, { learningRate: 0.1 }).loss);

  const { y } = layerNormForward(
    matrix(3, 6),
    ndarray(new Float64Array(6).fill(1), [6]),
    ndarray(new Float64Array(6), [6]),
  );
  const file = encodeSafetensors({ 'norm.weight': { shape: [3, 6], data: y.data as Float64Array } });

  return {
    engine: gemmEngine(),
    product: [...(product.data as Float64Array)],
    gradcheck: report.passed,
    losses,
    file: [...file],
    decoded: [...decodeSafetensors(file).tensors['norm.weight']!.data].map(Number),
    curve: terminalCurve({ name: 'train', points: losses.map((value, i) => ({ step: i + 1, value })) }),
  };
}
