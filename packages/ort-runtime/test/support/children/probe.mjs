// Prints why ONNX Runtime cannot be used.
import { ortRuntime, probeOrtRuntime } from '../../../dist/index.js';

const { error, reason } = probeOrtRuntime();
console.log(`${error.code}: ${reason}`);
try {
  ortRuntime({ threads: 1 });
} catch (again) {
  console.log(`the same error again: ${again === error}`);
}
