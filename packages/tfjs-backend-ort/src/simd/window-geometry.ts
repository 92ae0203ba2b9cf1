/** How a window moves over NHWC images: the part of tfjs's `backend_util.Conv2DInfo` that kernels need. */
export interface WindowGeometry {
  batchSize: number;
  inHeight: number;
  inWidth: number;
  inChannels: number;
  outHeight: number;
  outWidth: number;
  /** Pixels of the window in each direction, before dilation. */
  filterHeight: number;
  filterWidth: number;
  strideHeight: number;
  strideWidth: number;
  dilationHeight: number;
  dilationWidth: number;
  /** How far the first window starts outside the image. */
  padInfo: { top: number; left: number };
}
