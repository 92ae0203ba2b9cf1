import { engine } from '@tensorflow/tfjs-core';

/** Returns whether a gradient may ask for what a forward pass computes now. */
export function recordsGradients(): boolean {
  return engine().state.gradientDepth > 0;
}
