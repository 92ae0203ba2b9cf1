import type { ExportFormat } from './export-format.js';
import { onnxFormat } from './onnx-format.js';
import { safetensorsFormat } from './safetensors-format.js';
import { stateDictFormat } from './state-dict-format.js';
import { tfjsFormat } from './tfjs-format.js';

/** The name of a format: ONNX, TensorFlow.js's own, or the weights alone for everyone or for PyTorch. */
export type ExportFormatName = 'onnx' | 'tfjs' | 'safetensors' | 'state-dict';

/** The formats that networks are written in, by name. */
export const formats: Readonly<Record<ExportFormatName, ExportFormat>> = {
  onnx: onnxFormat,
  tfjs: tfjsFormat,
  safetensors: safetensorsFormat,
  'state-dict': stateDictFormat,
};

/** The names of the formats. */
export const exportFormatNames = Object.keys(formats) as ExportFormatName[];
