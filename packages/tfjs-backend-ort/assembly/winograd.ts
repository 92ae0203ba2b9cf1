/**
 * The four transforms of Winograd's 3x3 convolutions over whole NHWC images: channels are contiguous, so each is vector
 * arithmetic over them. Transformed tensors are [t * t planes][tiles][channels] with t = m + 2; tile (n, ty, tx) is row
 * (n * tilesY + ty) * tilesX + tx of each plane.
 */
import { Activation, highest, lowest } from './activate';
import { get } from './vector';
import { locate, reverse } from './window';
import { inputAdjointTile2, inputTile2, outputAdjointTile2, outputTile2 } from './winograd-2';
import { inputAdjointTile4, inputTile4, outputAdjointTile4, outputTile4 } from './winograd-4';
import { contractTile, expandTile, Last, Lines } from './winograd-tile';
import { addressTable, dumpRow, residualTable, ROW_BYTES, zeroRow } from './workspace';

const enum Transform {
  /** V = B^T d B, pixels to planes. */
  Input,
  /** d = the sum of B V B^T, planes to pixels. */
  InputAdjoint,
  /** Y = A^T M A, planes to pixels. */
  Output,
  /** M = A Y A^T, pixels to planes. */
  OutputAdjoint,
}

/**
 * Applies a transform of F(m x m, 3x3), or with `whole` those of images of m x m pixels, to the tiles of images
 * firstImage <= n < endImage.
 *
 * @param whole an image is one tile; its sizes are m, and nothing is padded.
 * @param pixels address of image 0, height x width x channels: the convolution's input, or its output.
 * @param planes address of image 0's first tile in plane 0.
 * @param padTop how far the first tile starts above the image; 0 for the convolution's output.
 * @param bias for Output: address of a row to add to every pixel, or 0 for none; then `residual` and `activation` are not
 *   looked at.
 * @param residual address of the image 0 to add besides, of the same shape as `pixels`, or 0 for none.
 * @param activation of the sum.
 */
export function winogradTransform(
  m: i32,
  whole: bool,
  transform: Transform,
  pixels: usize,
  planes: usize,
  firstImage: i32,
  endImage: i32,
  height: i32,
  width: i32,
  channels: i32,
  tilesY: i32,
  tilesX: i32,
  padTop: i32,
  padLeft: i32,
  planeStride: usize,
  bias: usize,
  residual: usize,
  activation: Activation,
): void {
  const table = addressTable();
  const residuals = residual ? residualTable() : 0;
  const low = lowest(activation);
  const high = highest(activation);
  const onInput = transform == Transform.Input || transform == Transform.InputAdjoint;
  const reads = transform == Transform.Input || transform == Transform.OutputAdjoint;
  const windowSize = onInput && !whole ? m + 2 : m;
  const outside = reads ? zeroRow() : dumpRow();
  const pixelBytes = <usize>channels << 2;
  const imageBytes = <usize>height * <usize>width * pixelBytes;
  let tile = planes + <usize>firstImage * <usize>tilesY * <usize>tilesX * pixelBytes;
  for (let n = firstImage; n < endImage; n++) {
    const image = pixels + <usize>n * imageBytes;
    if (transform == Transform.InputAdjoint && !whole) memory.fill(image, 0, imageBytes);
    for (let ty = 0; ty < tilesY; ty++) {
      for (let tx = 0; tx < tilesX; tx++) {
        const top = ty * m - padTop;
        const left = tx * m - padLeft;
        for (let block: usize = 0; block < pixelBytes; block += ROW_BYTES) {
          const bytes = min(pixelBytes - block, ROW_BYTES);
          locate(table, windowSize, image + block, height, width, pixelBytes, top, left, outside);
          if (whole && onInput) reverse(table, m * m);
          if (bias == 0) {
            if (whole) transformImage(m, reads, tile + block, planeStride, bytes);
            else if (m == 5) transform5(transform, tile + block, planeStride, bytes);
            else transformTile(m, transform, tile + block, planeStride, bytes);
            continue;
          }
          if (residual) {
            const other = residual + <usize>n * imageBytes + block;
            locate(residuals, m, other, height, width, pixelBytes, top, left, zeroRow());
          }
          const row = bias + block;
          if (whole) finishImage(m, tile + block, planeStride, bytes, row, residuals, low, high);
          else if (m == 5) finish5(tile + block, planeStride, bytes, row, residuals, low, high);
          else finishTile(m, tile + block, planeStride, bytes, row, residuals, low, high);
        }
        tile += pixelBytes;
      }
    }
  }
}

/** Transforms `bytes` of channels of the tile whose pixels are in the table. */
function transformTile(m: i32, transform: Transform, tile: usize, stride: usize, bytes: usize): void {
  const table = addressTable();
  const none = f32x4.splat(0);
  if (m == 2) {
    if (transform == Transform.Input) {
      for (let z: usize = 0; z < bytes; z += 16) inputTile2(table, z, tile + z, stride);
    } else if (transform == Transform.InputAdjoint) {
      for (let z: usize = 0; z < bytes; z += 16) inputAdjointTile2(table, z, tile + z, stride);
    } else if (transform == Transform.Output) {
      for (let z: usize = 0; z < bytes; z += 16) outputTile2(table, z, tile + z, stride, false, none, 0, none, none);
    } else {
      for (let z: usize = 0; z < bytes; z += 16) outputAdjointTile2(table, z, tile + z, stride);
    }
  } else {
    if (transform == Transform.Input) {
      inputTile4(tile, stride, bytes);
    } else if (transform == Transform.InputAdjoint) {
      inputAdjointTile4(tile, stride, bytes);
    } else if (transform == Transform.Output) {
      outputTile4(tile, stride, bytes, false, 0, 0, none, none);
    } else {
      outputAdjointTile4(tile, stride, bytes);
    }
  }
}

/** Applies Output of 2x2 or 4x4 outputs, adds bias and residuals, and applies the activation. */
function finishTile(
  m: i32,
  tile: usize,
  stride: usize,
  bytes: usize,
  bias: usize,
  residuals: usize,
  low: v128,
  high: v128,
): void {
  const table = addressTable();
  if (m == 2) {
    for (let z: usize = 0; z < bytes; z += 16) {
      outputTile2(table, z, tile + z, stride, true, get(bias + z), residuals, low, high);
    }
  } else {
    outputTile4(tile, stride, bytes, true, bias, residuals, low, high);
  }
}

// A function for each transform of winograd-tile.ts, into which it is inlined: in one for all, they took longer.

function transform5(transform: Transform, tile: usize, stride: usize, bytes: usize): void {
  if (transform == Transform.Input) input5(tile, stride, bytes);
  else if (transform == Transform.InputAdjoint) inputAdjoint5(tile, stride, bytes);
  else if (transform == Transform.Output) output5(tile, stride, bytes);
  else outputAdjoint5(tile, stride, bytes);
}

function transformImage(m: i32, toPlanes: bool, tile: usize, stride: usize, bytes: usize): void {
  if (m == 2) toPlanes ? expand2(tile, stride, bytes) : contract2(tile, stride, bytes);
  else if (m == 3) toPlanes ? expand3(tile, stride, bytes) : contract3(tile, stride, bytes);
  else toPlanes ? expand7(tile, stride, bytes) : contract7(tile, stride, bytes);
}

function finishImage(
  m: i32,
  tile: usize,
  stride: usize,
  bytes: usize,
  bias: usize,
  residuals: usize,
  low: v128,
  high: v128,
): void {
  if (m == 2) finish2(tile, stride, bytes, bias, residuals, low, high);
  else if (m == 3) finish3(tile, stride, bytes, bias, residuals, low, high);
  else finish7(tile, stride, bytes, bias, residuals, low, high);
}

function input5(tile: usize, stride: usize, bytes: usize): void {
  expandTile(Lines.Input5, tile, stride, bytes);
}

function inputAdjoint5(tile: usize, stride: usize, bytes: usize): void {
  const none = f32x4.splat(0);
  contractTile(Lines.Input5, Last.Accumulate, tile, stride, bytes, 0, 0, none, none);
}

function output5(tile: usize, stride: usize, bytes: usize): void {
  const none = f32x4.splat(0);
  contractTile(Lines.Output5, Last.Put, tile, stride, bytes, 0, 0, none, none);
}

function finish5(
  tile: usize,
  stride: usize,
  bytes: usize,
  bias: usize,
  residuals: usize,
  low: v128,
  high: v128,
): void {
  contractTile(Lines.Output5, Last.Finish, tile, stride, bytes, bias, residuals, low, high);
}

function outputAdjoint5(tile: usize, stride: usize, bytes: usize): void {
  expandTile(Lines.Output5, tile, stride, bytes);
}

function expand2(tile: usize, stride: usize, bytes: usize): void {
  expandTile(Lines.Whole2, tile, stride, bytes);
}

function contract2(tile: usize, stride: usize, bytes: usize): void {
  const none = f32x4.splat(0);
  contractTile(Lines.Whole2, Last.Put, tile, stride, bytes, 0, 0, none, none);
}

function finish2(
  tile: usize,
  stride: usize,
  bytes: usize,
  bias: usize,
  residuals: usize,
  low: v128,
  high: v128,
): void {
  contractTile(Lines.Whole2, Last.Finish, tile, stride, bytes, bias, residuals, low, high);
}

function expand3(tile: usize, stride: usize, bytes: usize): void {
  expandTile(Lines.Whole3, tile, stride, bytes);
}

function contract3(tile: usize, stride: usize, bytes: usize): void {
  const none = f32x4.splat(0);
  contractTile(Lines.Whole3, Last.Put, tile, stride, bytes, 0, 0, none, none);
}

function finish3(
  tile: usize,
  stride: usize,
  bytes: usize,
  bias: usize,
  residuals: usize,
  low: v128,
  high: v128,
): void {
  contractTile(Lines.Whole3, Last.Finish, tile, stride, bytes, bias, residuals, low, high);
}

function expand7(tile: usize, stride: usize, bytes: usize): void {
  expandTile(Lines.Whole7, tile, stride, bytes);
}

function contract7(tile: usize, stride: usize, bytes: usize): void {
  const none = f32x4.splat(0);
  contractTile(Lines.Whole7, Last.Put, tile, stride, bytes, 0, 0, none, none);
}

function finish7(
  tile: usize,
  stride: usize,
  bytes: usize,
  bias: usize,
  residuals: usize,
  low: v128,
  high: v128,
): void {
  contractTile(Lines.Whole7, Last.Finish, tile, stride, bytes, bias, residuals, low, high);
}
