export { PlotError } from './errors.js';
export { type PngOptions, renderPng } from './render-png.js';
