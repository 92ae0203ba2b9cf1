export { countGpuWork, type GpuWork } from './count-work.js';
export { registerWebGpuKernels } from './register-kernels.js';
