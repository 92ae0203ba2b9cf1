export type { DataType, TensorData } from './data-type.js';
export { OrtError, type OrtErrorCode, type OrtUnavailableCode, OrtUnavailableError } from './errors.js';
export { type Attribute, type Dimension, GraphBuilder, type NodeOptions } from './model/graph-builder.js';
export { type OrtRuntimeOptions, ortRuntime, probeOrtRuntime } from './ort-runtime.js';
export { type MatrixProduct, multiplyMatrices } from './products/multiply-matrices.js';
export type { OrtModel, OrtRuntime, SessionOptions } from './runtime.js';
export type { OrtSession } from './session.js';
export type { TensorView } from './tensor-view.js';
export { ORT_VERSION } from './version.js';
