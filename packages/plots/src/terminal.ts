export { PlotError } from './errors.js';
export type { Point, Series } from './series.js';
export { type SparklineOptions, sparkline } from './sparkline.js';
export { type TerminalCurveOptions, terminalCurve } from './terminal-curve.js';
