export { type CallCount, nativeCallCounts, resetNativeCallCounts } from './call-counts.js';
export { ArenaExhaustedError } from './memory/arena-exhausted-error.js';
export type { OrtBackendOptions } from './options.js';
export type { OrtBackend } from './ort-backend.js';
export { registerOrtBackend } from './register-ort-backend.js';
