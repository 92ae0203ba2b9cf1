/** The one version of ONNX Runtime whose library this package drives. */
export const ORT_VERSION = '1.30.0';
