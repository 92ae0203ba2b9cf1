import { tensorflowEngine } from './tensorflow-engine.js';
import { startTfjsNode } from './tfjs-node/start-tfjs-node.js';

/** TensorFlow's own library, on the CPU. */
export const tfjsNode = tensorflowEngine({
  name: 'tfjs-node',
  trains: 'convolutional',
  device: 'cpu',
  multithreaded: true,
  startBackend: (options) => startTfjsNode('tfjs-node', options),
});
