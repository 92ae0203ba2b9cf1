import { assertCount, assertKnownKeys, assertOneOf } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { runCustomOp } from '../custom-op.js';
import { type ConvWindow, convKernels, outputShape } from './conv-kernels.js';
import { RECTIFIERS, type Rectifier } from './rectifier.js';
import { rectifierGradient } from './rectifier-gradient.js';
import { assertFirstDerivative } from './rectify.js';

/** Options of {@link biasedConv2d}; all may be left out. */
export interface BiasedConv2dOptions {
  /** Stride in both directions. Default 1. */
  stride?: number;
  /**
   * `same`: TensorFlow's, ⌈size / stride⌉ pixels, with the odd pixel of padding at the bottom and on the right. A
   * number: PyTorch's, this many pixels on each of the four sides. Default `same`.
   */
  padding?: 'same' | number;
  /** Whether each channel has its own filter. Default false. */
  depthwise?: boolean;
  /** Activation in the same pass. Default `linear`. */
  activation?: Rectifier;
  /** Added before the activation, float32 of the result's shape: the end of a residual block. Default none. */
  residual?: Tensor;
}

/**
 * Computes activation(convolution(x, filter) + bias + residual) with a gradient for x, filter, bias and residual, in as
 * few passes over the images as the backend has: forwards its kernels `FusedConv2D`, `FusedDepthwiseConv2D` and
 * `CifarlabResidualConv2D` (if it has it), backwards one pass for the activation and the bias (`CifarlabRectifierGrad`, if
 * it has it) and one for each gradient that is needed.
 *
 * Unlike `tf.fused.conv2d` it has a gradient for `relu6`, and does not compute that of x if nothing needs it, as in the
 * first trained layer.
 *
 * @param x float32, [batch, height, width, channels].
 * @param filter float32, [filterHeight, filterWidth, channels, filters]; `depthwise`: [filterHeight, filterWidth, channels, 1].
 * @param bias float32, [filters]; `depthwise`: [channels].
 * @returns [batch, outHeight, outWidth, filters or channels].
 * @throws RangeError on other shapes and on options out of range or unknown; TypeError on tensors that are not float32;
 *   Error if second derivatives are requested.
 */
export function biasedConv2d(x: Tensor, filter: Tensor, bias: Tensor, options: BiasedConv2dOptions = {}): Tensor4D {
  assertKnownKeys('biasedConv2d', options, ['stride', 'padding', 'depthwise', 'activation', 'residual']);
  const { stride = 1, padding = 'same', depthwise = false, activation = 'linear', residual } = options;
  const window = { stride, padding, depthwise };
  assertWindow(window);
  assertOneOf('activation', activation, RECTIFIERS);
  assertInputs(x, filter, bias, depthwise);
  if (residual) assertResidual(residual, x, filter, window);

  const kernels = convKernels(window);
  const [y] = runCustomOp({
    // tfjs asks for the gradients in this order. A backend may keep what it makes of dz for that of x, and use it again for
    // the filter's; with that one, which a layer that is trained always needs, dz is not needed any more.
    inputs: { bias, ...(residual && { residual }), x, filter },
    forward(save) {
      const y = kernels.forward(x, filter, bias, activation, residual);
      save(activation === 'linear' ? [x, filter] : [x, filter, y]);
      return [y];
    },
    backward([dy], [savedX, savedFilter, savedY]) {
      assertFirstDerivative('biasedConv2d');
      // Without an activation nothing reads y, so it is not kept, and dy stands in for it.
      const { dz, dbias } = rectifierGradient(dy!, savedY ?? dy!, activation);
      return {
        bias: dbias,
        residual: () => dz.clone(),
        x: () => kernels.inputGradient(dz, savedFilter!, savedX!.shape),
        filter() {
          const dw = kernels.filterGradient(savedX!, dz, savedFilter!.shape);
          // It would live until the whole network's backward pass is over.
          if (dz !== dy) dz.dispose();
          return dw;
        },
      };
    },
  });
  return y as Tensor4D;
}

function assertWindow({ stride, padding }: ConvWindow): void {
  assertCount('stride', stride);
  if (padding !== 'same' && !(Number.isSafeInteger(padding) && padding >= 0)) {
    throw new RangeError(`padding must be "same" or a whole number of 0 or more; got ${show(padding)}.`);
  }
}

function assertResidual(residual: Tensor, x: Tensor, filter: Tensor, window: ConvWindow): void {
  if (residual.dtype !== 'float32') {
    throw new TypeError(`biasedConv2d: residual has dtype ${residual.dtype}, but float32 is needed; cast it first.`);
  }
  const shape = outputShape(x.shape, filter.shape, window);
  if (`${residual.shape}` !== `${shape}`) {
    throw new RangeError(
      `biasedConv2d: residual has shape ${show(residual.shape)}, but the convolution's result has ${show(shape)}.`,
    );
  }
}

function assertInputs(x: Tensor, filter: Tensor, bias: Tensor, depthwise: boolean): void {
  for (const [name, { dtype }] of Object.entries({ x, filter, bias })) {
    if (dtype !== 'float32') {
      throw new TypeError(`biasedConv2d: ${name} has dtype ${dtype}, but float32 is needed; cast it first.`);
    }
  }
  if (x.rank !== 4) {
    throw new RangeError(`biasedConv2d: x has shape ${show(x.shape)}, but [batch, height, width, channels] is needed.`);
  }
  const channels = x.shape[3]!;
  const ofFilter = depthwise ? `[height, width, ${channels}, 1]` : `[height, width, ${channels}, filters]`;
  if (filter.rank !== 4 || filter.shape[2] !== channels || (depthwise && filter.shape[3] !== 1)) {
    throw new RangeError(
      `biasedConv2d: filter has shape ${show(filter.shape)}, but x of shape ${show(x.shape)} needs ${ofFilter}.`,
    );
  }
  const filters = depthwise ? channels : filter.shape[3]!;
  if (bias.rank !== 1 || bias.size !== filters) {
    throw new RangeError(
      `biasedConv2d: bias has shape ${show(bias.shape)}, but a filter of shape ${show(filter.shape)} needs [${filters}].`,
    );
  }
}
