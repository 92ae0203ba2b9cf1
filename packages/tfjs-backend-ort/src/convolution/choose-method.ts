import type { OrtBackendOptions } from '../options.js';
import type { WinogradTile } from '../simd/winograd-geometry.js';
import { type ConvGeometry, isPointwise } from './geometry.js';
import { winogradApplies } from './winograd.js';

/** How a convolution is computed. */
export type ConvMethod =
  | { readonly name: 'pointwise' }
  | { readonly name: 'im2col' }
  | { readonly name: 'winograd'; readonly tile: WinogradTile };

const POINTWISE: ConvMethod = { name: 'pointwise' };
const IM2COL: ConvMethod = { name: 'im2col' };
const F2: ConvMethod = { name: 'winograd', tile: 2 };
const F4: ConvMethod = { name: 'winograd', tile: 4 };
/** Height and width of the output from which tiles of 4x4 are faster than tiles of 2x2. */
const LARGE_TILES_FROM = 8;

/**
 * The method for a convolution. The choice depends on nothing but the shape and the option, so that equal runs give
 * equal results.
 */
export function chooseMethod(g: ConvGeometry, option: OrtBackendOptions['convolution'] = 'auto'): ConvMethod {
  if (isPointwise(g)) return POINTWISE;
  if (option === 'im2col' || !winogradApplies(g)) return IM2COL;
  if (option === 'winograd-2x2') return F2;
  if (option === 'auto' && !winogradPays(g)) return IM2COL;
  return Math.min(g.outHeight, g.outWidth) >= LARGE_TILES_FROM ? F4 : F2;
}

/** With few channels the transforms weigh more than the multiplications they save; and images of a pixel save none. */
function winogradPays(g: ConvGeometry): boolean {
  const tiles = Math.ceil(g.outHeight / 2) * Math.ceil(g.outWidth / 2);
  const savesMultiplications = 16 * tiles < 9 * g.outHeight * g.outWidth;
  return Math.min(g.inChannels, g.outChannels) >= 32 && savesMultiplications;
}
