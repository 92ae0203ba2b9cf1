import type { OrtBackendOptions } from '../backend/options.js';
import { recordsGradients } from '../backend/records-gradients.js';
import type { WinogradTile } from '../simd/winograd-geometry.js';
import { type ConvMethod, outputShape } from './conv-method.js';
import { type ConvGeometry, isPointwise } from './geometry.js';
import { im2colFilterGradient, im2colForward, im2colInputGradient } from './im2col.js';
import { pointwiseFilterGradient, pointwiseForward, pointwiseInputGradient } from './pointwise.js';
import {
  geometryOf,
  wholeTile,
  winogradApplies,
  winogradFilterGradient,
  winogradForward,
  winogradInputGradient,
} from './winograd.js';

type Option = NonNullable<OrtBackendOptions['convolution']>;

/** Channels from which Winograd's method is faster than `im2col`; the transforms of fewer weigh too much. */
const WINOGRAD_CHANNELS = 16;
/** Tiles whose products take as long as it takes to transform the weights of a plane. */
const TRANSFORM_IN_TILES = 9;
/** Tiles whose products take as long as it takes to read them again, where they do not stay in a core's cache. */
const READING_IN_TILES = 55;
/** How much more the work with a tile of 5x5 is than its products': its transforms take longer. */
const TRANSFORMS_OF_5 = 1.15;
/** Bytes of transformed weights that stay there. */
const CACHED_WEIGHTS = 2 ** 20;

/**
 * Returns the method for a convolution. The choice depends only on the shape and the option, so that equal runs give
 * equal results.
 */
export function chooseMethod(g: ConvGeometry, option: Option = 'auto'): ConvMethod {
  if (isPointwise(g)) return pointwise;
  if (!isForWinograd(g, option)) return im2col;
  return winogradMethods[bestTile(g, option)];
}

const pointwise: ConvMethod = {
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

const im2col: ConvMethod = {
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

function winogradMethod(tile: WinogradTile): ConvMethod {
  return {
    name: typeof tile === 'number' ? `winograd ${tile}x${tile}` : `winograd ${tile}`,
    forward(context, g, inputs, finish) {
      const y = context.arenaOutput(outputShape(g));
      winogradForward(context, tile, g, inputs, y, { keep: recordsGradients(), finish });
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

const winogradMethods: Record<WinogradTile, ConvMethod> = {
  2: winogradMethod(2),
  4: winogradMethod(4),
  5: winogradMethod(5),
  'whole 2': winogradMethod('whole 2'),
  'whole 3': winogradMethod('whole 3'),
  'whole 7': winogradMethod('whole 7'),
};

function isForWinograd(g: ConvGeometry, option: Option): boolean {
  if (option === 'im2col' || !winogradApplies(g)) return false;
  return option !== 'auto' || winogradPays(g);
}

/** Images of a pixel save no multiplications. */
function winogradPays(g: ConvGeometry): boolean {
  const savesMultiplications = 16 * tilesOf(2, g).tiles < 9 * g.outHeight * g.outWidth;
  return Math.min(g.inChannels, g.outChannels) >= WINOGRAD_CHANNELS && savesMultiplications;
}

/** Returns the tile with the least work: larger ones need fewer multiplications where they fit, and more weights. */
function bestTile(g: ConvGeometry, option: Option): WinogradTile {
  const cached = 36 * g.inChannels * g.outChannels * Float32Array.BYTES_PER_ELEMENT <= CACHED_WEIGHTS;
  const weights = TRANSFORM_IN_TILES + (cached ? 0 : READING_IN_TILES);
  const work = (tile: WinogradTile) => {
    const { planes, tiles } = tilesOf(tile, g);
    return planes * (g.batch * tiles + weights) * (tile === 5 ? TRANSFORMS_OF_5 : 1);
  };
  const whole = wholeTile(g);
  const tiles: WinogradTile[] = [2, ...(option === 'winograd-2x2' ? [] : ([4, 5] as const)), ...(whole ? [whole] : [])];
  return tiles.reduce((best, tile) => (work(tile) < work(best) ? tile : best));
}

/** Returns the tiles of an image, and their planes. */
function tilesOf(tile: WinogradTile, g: ConvGeometry): { tiles: number; planes: number } {
  const { tilesY, tilesX, planes } = geometryOf(tile, g);
  return { tiles: tilesY * tilesX, planes };
}
