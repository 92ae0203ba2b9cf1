/** A network that classifies square pictures, whatever it computes with. */
export interface ImageNetwork {
  /** Name of the network, for people. */
  readonly name: string;
  /** Names of the classes, in the order of the logits. */
  readonly classNames: readonly string[];
  /** Side of the pictures that it takes, in pixels. */
  readonly side: number;
  /**
   * Returns the logits of some pictures: [count, classes], row-major.
   *
   * @param pixels bytes [count, side, side, 3]: rows of pixels, each red, green, blue.
   */
  logits(pixels: Uint8Array, count: number): ArrayLike<number> | Promise<ArrayLike<number>>;
}
