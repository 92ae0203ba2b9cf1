import { mul, step, sub, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { hasFusedKernel, runFusedKernel } from '../fused-kernel.js';
import type { Rectifier } from './rectifier.js';

/** The gradients behind y = rectifier(z + bias). */
export interface RectifierGradient {
  /** Gradient of z: dy itself if nothing is rectified. */
  dz: Tensor;
  /** Returns the gradient of the bias, [C]: the sum of dz over all axes but the last. */
  dbias(): Tensor;
}

/**
 * Makes the gradients behind y = rectifier(z + bias): dz is dy where 0 < y (and y < 6 with `relu6`), else 0, as in
 * PyTorch at both kinks.
 *
 * Uses the backend's kernel `CifarlabRectifierGrad` if it has it.
 */
export function rectifierGradient(dy: Tensor, y: Tensor, activation: Rectifier): RectifierGradient {
  if (activation === 'linear') return { dz: dy, dbias: () => sumOverPixels(dy) };
  if (hasFusedKernel('CifarlabRectifierGrad')) {
    const [dz, dbias] = runFusedKernel('CifarlabRectifierGrad', { dy, y }, { activation }) as [Tensor, Tensor];
    return { dz, dbias: () => dbias };
  }
  const dz = tidy(() => {
    const belowSix = activation === 'relu6' ? mul(dy, step(sub(6, y))) : dy;
    return mul(belowSix, step(y));
  });
  return { dz, dbias: () => sumOverPixels(dz) };
}

/** Returns the sum over all axes but the last, [C]. */
function sumOverPixels(x: Tensor): Tensor {
  return sum(
    x,
    x.shape.slice(1).map((_, axis) => axis),
  );
}
