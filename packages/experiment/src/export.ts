export { type ExportedRun, type ExportRunOptions, exportRun } from './export/export-run.js';
export { type ExportFormatName, exportFormatNames } from './export/formats.js';
