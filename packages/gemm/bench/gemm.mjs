/**
 * Matrix products of the MLP's training step: milliseconds and GFLOP/s of the engine in use, and how many times as long
 * the WebAssembly kernel, ndarray-gemm and NumPy take. Rounds are interleaved; figures are medians over the rounds. NumPy
 * takes part, with as many threads, when a Python that has it is found (PYTHON=/path/to/python, python3 or python).
 *
 *   npm run bench -- [rounds]
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { gemm, gemmEngineDetails, setGemmEngine } from '@cifarlab/gemm';
import ndarray from 'ndarray';
import ndarrayGemm from 'ndarray-gemm';

// layout: N as in memory, T a transposed view, for A and B.
const products = [
  { name: 'forward 200x3072 * 3072x100', shape: [200, 3072, 100], layout: 'NT' },
  { name: 'dW 100x200 * 200x3072', shape: [100, 200, 3072], layout: 'TN' },
  { name: 'dx 200x100 * 100x3072', shape: [200, 100, 3072], layout: 'NN' },
  { name: 'evaluation 10000x3072 * 3072x100', shape: [10000, 3072, 100], layout: 'NT' },
  { name: 'square 512', shape: [512, 512, 512], layout: 'NN' },
  { name: 'output layer 200x100 * 100x10', shape: [200, 100, 10], layout: 'NT' },
  { name: 'tiny 8x8 * 8x8', shape: [8, 8, 8], layout: 'NN' },
];
const cases = products.flatMap((product) => ['float64', 'float32'].map((dtype) => ({ ...product, dtype })));

const rounds = Number(process.argv[2] ?? 5);
const { engine, threads, version, reason } = gemmEngineDetails();
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

function matrix(rows, columns, FloatArray, transposed) {
  const data = new FloatArray(rows * columns);
  for (let i = 0; i < data.length; i++) data[i] = Math.sin(i);
  return transposed ? ndarray(data, [columns, rows]).transpose(1, 0) : ndarray(data, [rows, columns]);
}

function prepare({ shape: [m, k, n], layout, dtype }) {
  const FloatArray = dtype === 'float64' ? Float64Array : Float32Array;
  const c = matrix(m, n, FloatArray, false);
  return [c, matrix(m, k, FloatArray, layout[0] === 'T'), matrix(k, n, FloatArray, layout[1] === 'T')];
}

/** Milliseconds of one product, as the mean over enough of them to last 20 ms. */
function time(product, { c, a, b, flops }) {
  const count = Math.max(1, Math.ceil(4e7 / flops));
  const start = performance.now();
  for (let i = 0; i < count; i++) product(c, a, b);
  return (performance.now() - start) / count;
}

function findPython() {
  for (const command of [process.env.PYTHON, 'python3', 'python']) {
    if (command && spawnSync(command, ['-c', 'import numpy']).status === 0) return command;
  }
  return undefined;
}

const python = findPython();
const runNumpy = () => {
  const script = fileURLToPath(new URL('gemm.py', import.meta.url));
  const { stdout } = spawnSync(python, [script, JSON.stringify(cases)], {
    encoding: 'utf8',
    maxBuffer: 1 << 24,
    env: { ...process.env, OPENBLAS_NUM_THREADS: String(threads) },
  });
  return JSON.parse(stdout);
};

const state = cases.map((product) => {
  const [c, a, b] = prepare(product);
  return {
    ...product,
    c,
    a,
    b,
    flops: 2 * product.shape[0] * product.shape[1] * product.shape[2],
    ours: [],
    wasm: [],
    theirs: [],
    numpy: [],
  };
});
for (let round = 0; round <= rounds; round++) {
  for (const entry of state) {
    setGemmEngine('wasm-simd');
    const wasm = time(gemm, entry);
    setGemmEngine(engine);
    const ours = time(gemm, entry);
    // The large product takes ndarray-gemm many seconds: once is enough.
    const theirs = entry.flops > 1e9 && round > 0 ? entry.theirs[0] : time(ndarrayGemm, entry);
    if (round === 0 && entry.flops <= 1e9) continue; // warm-up
    entry.ours.push(ours);
    entry.wasm.push(wasm);
    entry.theirs.push(theirs);
  }
  if (python && round > 0) {
    for (const [i, milliseconds] of runNumpy().entries()) state[i].numpy.push(milliseconds);
  }
}

const machine = `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}`;
const what = `${engine}${version ? ` ${version}` : ''} with ${threads} thread${threads > 1 ? 's' : ''}`;
console.log(`${machine}, ${what}, ${rounds} rounds, medians`);
if (reason) console.log(`Not on ONNX Runtime: ${reason}`);
if (!python) console.log('NumPy is left out: no Python with NumPy was found (set PYTHON).');
console.log('| product | type | ms | GFLOP/s | wasm-simd | ndarray-gemm | NumPy |');
console.log('|---|---|---|---|---|---|---|');
for (const { name, dtype, flops, ours, wasm, theirs, numpy } of state) {
  const ms = median(ours);
  const ratio = (other) => `${(median(other) / ms).toPrecision(3)}x`;
  const columns = [name, dtype, ms.toPrecision(3), (flops / ms / 1e6).toFixed(2), ratio(wasm), ratio(theirs)];
  console.log(`| ${[...columns, python ? ratio(numpy) : ''].join(' | ')} |`);
}
