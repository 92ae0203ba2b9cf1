import type { ImageSplits, SplitOptions } from '@cifarlab/cifar10';

/** The images of a run, split and prepared: CIFAR-10, or pictures of one's own. */
export interface Dataset extends ImageSplits {
  /** Source of the images. */
  readonly source: {
    /** The kind of source: `given`, `cache`, … */
    readonly origin: string;
    /** Form of the files that were read there. */
    readonly form: string;
    /** Whether every image is the published one. */
    readonly verified: boolean;
  };
  /** SHA-256, in hex: the same for the same images and labels. */
  readonly contentDigest: string;
}

/** Form in which a network takes images. */
export interface ImageFormat {
  /** Their statistics, where they are standardised per channel; otherwise the mean image is subtracted. */
  readonly standardize: NonNullable<SplitOptions['standardize']>;
  /** Side that pictures of one's own are scaled to, in pixels; CIFAR-10's images have 32. */
  readonly pictureSide: number;
}
