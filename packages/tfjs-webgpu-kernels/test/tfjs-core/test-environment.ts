import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';
import { registerWebGpuKernels } from '../../src/index.js';
import { start } from '../support/webgpu.js';

const reason = await start();
if (reason !== undefined) throw new Error(reason);
registerWebGpuKernels();
setTestEnvs([{ name: 'webgpu', backendName: 'webgpu', isDataSync: false }]);
