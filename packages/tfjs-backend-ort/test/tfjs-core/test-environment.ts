import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';
import { registerOrtBackend } from '../../src/index.js';

// Every suite starts a new backend, and nearly all of the specs' tensors are small.
registerOrtBackend({ memoryLimit: 16 * 2 ** 20, nativeFrom: 1 });
setTestEnvs([{ name: 'ort', backendName: 'ort', isDataSync: true }]);
