// What the other programs of this folder compute; they run the built package, in processes of their own.
import { ortRuntime } from '../../../dist/index.js';

/** c = a b for square matrices of ones, [n, n], checked. */
export function multiply(n, options) {
  const runtime = ortRuntime(options);
  const session = runtime.session('product', (graph) => {
    const a = graph.input('a', 'float32', ['m', 'k']);
    const b = graph.input('b', 'float32', ['k', 'n']);
    graph.node('MatMul', [a, b], {}, { outputs: [graph.output('c', 'float32', ['m', 'n'])] });
  });
  const ones = { data: new Float32Array(n * n).fill(1), dims: [n, n] };
  const c = { data: new Float32Array(n * n), dims: [n, n] };
  session.run([ones, ones], [c]);
  if (!c.data.every((value) => value === n)) throw new Error(`The product of ${n} ones came out wrong.`);
  return runtime;
}

/** z = x + y */
export function addition(runtime) {
  return runtime.session('addition', (graph) => {
    const x = graph.input('x', 'float32', ['n']);
    const y = graph.input('y', 'float32', ['n']);
    graph.node('Add', [x, y], {}, { outputs: [graph.output('z', 'float32', ['n'])] });
  });
}
