// ONNX Runtime's own package for Node in the same process, started before this one or after, as the argument says.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '../../../dist/index.js';
import { multiply } from './models.mjs';

async function negate() {
  const graph = new GraphBuilder();
  const outputs = [graph.output('y', 'float32', ['n'])];
  graph.node('Neg', [graph.input('x', 'float32', ['n'])], {}, { outputs });
  const session = await InferenceSession.create(graph.build());
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2), [2]) });
  if (y.data.join() !== '-1,-2') throw new Error(`The binding computed ${y.data}.`);
}

if (process.argv[2] === 'before') await negate();
const runtime = multiply(256, { threads: 2 });
console.log(runtime.threadPools);
await negate();
multiply(256);
runtime.dispose();
await negate();
console.log(multiply(256, { threads: 3 }).threadPools);
