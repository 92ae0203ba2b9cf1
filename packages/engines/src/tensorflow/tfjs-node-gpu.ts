import { tensorflowEngine } from './tensorflow-engine.js';
import { startTfjsNode } from './tfjs-node/start-tfjs-node.js';

/** TensorFlow's own library, on an NVIDIA GPU. */
export const tfjsNodeGpu = tensorflowEngine({
  name: 'tfjs-node-gpu',
  trains: 'convolutional',
  device: 'gpu',
  multithreaded: true,
  startBackend: (options) => startTfjsNode('tfjs-node-gpu', options),
});
