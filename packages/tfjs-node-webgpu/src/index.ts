export type { AdapterChoice, AdapterDescription } from './adapter.js';
export type { DeviceLimits } from './device.js';
export { type WebGpuUnavailableCode, WebGpuUnavailableError } from './errors.js';
export { startedWebGpu, startWebGpu, type WebGpu, type WebGpuMemory, type WebGpuOptions } from './start-webgpu.js';
