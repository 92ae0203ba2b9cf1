import type { ExportFormat } from './export-format.js';
import { onnxFormat } from './onnx-format.js';
import { safetensorsFormat } from './safetensors-format.js';
import { stateDictFormat } from './state-dict-format.js';
import { tfjsFormat } from './tfjs-format.js';

/** The formats that networks are written in, by name. */
export const formats = {
  onnx: onnxFormat,
  tfjs: tfjsFormat,
  safetensors: safetensorsFormat,
  'state-dict': stateDictFormat,
} as const satisfies Record<string, ExportFormat>;

/** The name of a format. */
export type ExportFormatName = keyof typeof formats;

/** The names of the formats. */
export const exportFormatNames = Object.keys(formats) as ExportFormatName[];
