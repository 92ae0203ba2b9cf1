export type { OrtBackendOptions } from './backend/options.js';
export type { OrtBackend } from './backend/ort-backend.js';
export { type CallCount, nativeCallCounts, resetNativeCallCounts } from './call-counts.js';
export { ArenaExhaustedError } from './memory/arena-exhausted-error.js';
export { registerOrtBackend } from './register-ort-backend.js';
