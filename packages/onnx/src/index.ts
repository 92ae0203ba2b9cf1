export { OnnxError, type OnnxErrorCode } from './error.js';
export type { OnnxAttribute } from './graph/attribute.js';
export {
  IR_VERSION,
  type OnnxDescription,
  type OnnxDimension,
  OnnxGraph,
  OPSET_VERSION,
} from './graph/onnx-graph.js';
export type { OnnxTensor, OnnxType } from './graph/tensor.js';
export type { ImagePreprocessing, OnnxImages } from './images/image-input.js';
export { type LayersModelToOnnxOptions, layersModelToOnnx } from './layers-model-to-onnx.js';
