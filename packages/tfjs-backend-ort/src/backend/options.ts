/** Options of the `ort` backend. */
export interface OrtBackendOptions {
  /** Threads of ONNX Runtime. Default: the runtime's own choice. */
  readonly threads?: number;
  /** Bytes of memory to reserve for tensors, 1 MiB to 4 GiB; halved until the system grants it. Default 3 GiB. */
  readonly memoryLimit?: number;
  /**
   * Bytes, within that, for values kept from a forward pass to speed up its gradient. Default an eighth of the limit.
   */
  readonly cacheLimit?: number;
  /**
   * Behaviour of a kernel for which that memory has no room. Default `throw`: it throws an `ArenaExhaustedError`.
   * `cpu-kernels`: tfjs's cpu kernel computes instead, in ordinary arrays, which can take a thousand times as long;
   * `onWarning` hears of the first time. The fused kernels of `@cifarlab/tfjs-ops` have no such kernel and always throw.
   */
  readonly whenFull?: 'throw' | 'cpu-kernels';
  /**
   * Hears, in one line, of what slows the backend down: less memory than `memoryLimit`, or kernels left to the cpu for
   * want of memory. Default: tfjs's `warn`, which writes to the console, and is silent in tfjs's production mode.
   */
  readonly onWarning?: (message: string) => void;
  /**
   * How 3x3 convolutions with stride 1 are computed. `winograd` needs fewer multiplications: in tiles of 4x4 or 5x5 outputs
   * where images are many or large enough, with errors of up to 1e-5 of the largest value, else in tiles of 2x2, or of a
   * whole image of 2x2, 3x3 or 7x7 pixels; `winograd-2x2` has the latter two only, with errors like those of `im2col`,
   * which needs the least memory. Default `auto`: `winograd` or `im2col`,
   * whichever is faster for the shape.
   */
  readonly convolution?: 'auto' | 'im2col' | 'winograd' | 'winograd-2x2';
  /**
   * Elements of a tensor from which kernels compute natively; smaller ones are left to tfjs's cpu kernels. Default: for
   * each kernel, from where it was measured to be faster. 1 computes natively whatever can be, for tests.
   */
  readonly nativeFrom?: number;
}
