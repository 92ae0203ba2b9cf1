import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { InferenceSession, Tensor } from 'onnxruntime-node';

// The peer of the load test, the plainest server around ONNX Runtime: node serve-plain.js MODEL THREADS

const [model, threads] = process.argv.slice(2);
const session = await InferenceSession.create(model!, { intraOpNumThreads: Number(threads), interOpNumThreads: 1 });
const [input] = session.inputNames;
const server = createServer(async (request, response) => {
  const pixels = await buffer(request);
  const { probabilities } = await session.run({
    [input!]: new Tensor('uint8', new Uint8Array(pixels), [1, 32, 32, 3]),
  });
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify([...(probabilities!.data as Float32Array)]));
});
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
