// Repeats something many times and prints by how many MiB the process grew. Needs --expose-gc.
import { ortRuntime } from '../../../dist/index.js';
import { addition } from './models.mjs';

const runtime = ortRuntime({ threads: 1 });
const session = addition(runtime);
const vector = (data) => ({ data, dims: [data.length] });
const x = vector(new Float32Array(4));
const wrongType = vector(new Int32Array(4));
const sum = new Float32Array(2 ** 18);
const wrongLength = { data: new Float32Array(3), dims: [4] };

const fails = (inputs, outputs) => {
  try {
    session.run(inputs, outputs);
  } catch {
    return;
  }
  throw new Error('The run was expected to fail.');
};

const repeated = {
  runs: [100_000, () => session.run([x, x], [x])],
  'failing values': [100_000, () => fails([x, x], [wrongLength])],
  'failing runs': [100_000, () => fails([x, wrongType], [x])],
  sessions: [
    200,
    (i) => {
      const another = runtime.session(`session ${i}`, (graph) => {
        const outputs = [graph.output('y', 'float32', [2 ** 18])];
        const constant = graph.constant('float32', [2 ** 18], new Float32Array(2 ** 18).fill(i));
        graph.node('Add', [graph.input('x', 'float32', [1]), constant], {}, { outputs });
      });
      another.run([vector(Float32Array.of(1))], [vector(sum)]);
      another.dispose();
    },
  ],
};

const [times, f] = repeated[process.argv[2]];
const grow = (n) => {
  for (let i = 0; i < n; i++) f(i);
  globalThis.gc();
  return process.memoryUsage.rss();
};
const before = grow(Math.ceil(times / 10));
console.log((grow(times) - before) / 2 ** 20);
