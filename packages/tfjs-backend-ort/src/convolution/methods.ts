import { engine } from '@tensorflow/tfjs-core';
import type { OrtBackendOptions } from '../backend/options.js';
import type { WinogradTile } from '../simd/winograd-geometry.js';
import { type ConvMethod, outputPixels, outputShape } from './conv-method.js';
import { type ConvGeometry, isPointwise } from './geometry.js';
import { im2colFilterGradient, im2colForward, im2colInputGradient } from './im2col.js';
import { pointwiseFilterGradient, pointwiseForward, pointwiseInputGradient } from './pointwise.js';
import { winogradApplies, winogradFilterGradient, winogradForward, winogradInputGradient } from './winograd.js';

type Option = NonNullable<OrtBackendOptions['convolution']>;

/** Height and width of the output from which tiles of 4x4 are faster than tiles of 2x2. */
const LARGE_TILES_FROM = 8;

/** The methods, each for the shapes that its rule holds for and no rule above it. */
const methods: readonly { holds(g: ConvGeometry, option: Option): boolean; method: ConvMethod }[] = [
  {
    holds: isPointwise,
    method: pointwiseMethod(),
  },
  {
    holds: (g, option) => isForWinograd(g, option) && option !== 'winograd-2x2' && hasLargeOutput(g),
    method: winogradMethod(4),
  },
  { holds: isForWinograd, method: winogradMethod(2) },
  {
    holds: () => true,
    method: im2colMethod(),
  },
];

/**
 * The method for a convolution. The choice depends on nothing but the shape and the option, so that equal runs give
 * equal results.
 */
export function chooseMethod(g: ConvGeometry, option: Option = 'auto'): ConvMethod {
  return methods.find(({ holds }) => holds(g, option))!.method;
}

function pointwiseMethod(): ConvMethod {
  return {
    name: 'pointwise',
    forward(context, g, { x, w }, finish) {
      const y = context.output(outputShape(g));
      pointwiseForward(context, g, context.floats(x), context.floats(w), y, finish);
      return y;
    },
    inputGradient(context, g, { dy, w }, shape) {
      const dx = context.output(shape);
      pointwiseInputGradient(context, g, context.floats(dy), context.floats(w), dx.values);
      return dx;
    },
    filterGradient(context, g, { x, dy }, shape) {
      const dw = context.output(shape);
      pointwiseFilterGradient(context, g, context.floats(x), context.floats(dy), dw.values);
      return dw;
    },
  };
}

function im2colMethod(): ConvMethod {
  return {
    name: 'im2col',
    forward(context, g, { x, w }, finish) {
      const y = context.output(outputShape(g));
      im2colForward(context, g, context.arenaFloats(x), context.floats(w), y, finish);
      return y;
    },
    inputGradient(context, g, { dy, w }, shape) {
      const dx = context.output(shape);
      im2colInputGradient(context, g, context.floats(dy), context.floats(w), dx.values);
      return dx;
    },
    filterGradient(context, g, { x, dy }, shape) {
      const dw = context.output(shape);
      im2colFilterGradient(context, g, context.arenaFloats(x), context.floats(dy), dw.values);
      return dw;
    },
  };
}

function winogradMethod(tile: WinogradTile): ConvMethod {
  return {
    name: `winograd ${tile}x${tile}`,
    forward(context, g, inputs, finish) {
      const y = context.arenaOutput(outputShape(g));
      winogradForward(context, tile, g, inputs, y.values, recordsGradients());
      finish?.(y, 0, outputPixels(g));
      return y;
    },
    inputGradient(context, g, inputs, shape) {
      const dx = context.arenaOutput(shape);
      winogradInputGradient(context, tile, g, inputs, dx.values);
      return dx;
    },
    filterGradient(context, g, inputs, shape) {
      const dw = context.output(shape);
      winogradFilterGradient(context, tile, g, inputs, dw.values);
      return dw;
    },
  };
}

/** Whether a gradient may ask for what this forward pass computes. */
function recordsGradients(): boolean {
  return engine().state.gradientDepth > 0;
}

function isForWinograd(g: ConvGeometry, option: Option): boolean {
  if (option === 'im2col' || !winogradApplies(g)) return false;
  return option !== 'auto' || winogradPays(g);
}

/** With few channels the transforms weigh more than the multiplications they save; and images of a pixel save none. */
function winogradPays(g: ConvGeometry): boolean {
  const tiles = Math.ceil(g.outHeight / 2) * Math.ceil(g.outWidth / 2);
  const savesMultiplications = 16 * tiles < 9 * g.outHeight * g.outWidth;
  return Math.min(g.inChannels, g.outChannels) >= 32 && savesMultiplications;
}

function hasLargeOutput(g: ConvGeometry): boolean {
  return Math.min(g.outHeight, g.outWidth) >= LARGE_TILES_FROM;
}
