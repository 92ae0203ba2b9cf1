/** Scale of a network relative to the smallest, and its training setup. */
export interface EfficientNetLiteScale {
  /** Factor of the channels, which are then rounded to multiples of 8. */
  width: number;
  /** Factor of the repeats of a stage's blocks, rounded up. */
  depth: number;
  /** Height and width of the pictures that the ImageNet weights were trained with, in pixels. */
  resolution: number;
  /** Probability of dropout before the head in that training. */
  dropout: number;
}

/** The name of a network that there are ImageNet weights of. */
export type EfficientNetLiteVariant = 'lite0' | 'lite1' | 'lite2' | 'lite3' | 'lite4';

/** The five networks of the original publication. */
export const efficientNetLiteVariants: Readonly<Record<EfficientNetLiteVariant, Readonly<EfficientNetLiteScale>>> = {
  lite0: { width: 1, depth: 1, resolution: 224, dropout: 0.2 },
  lite1: { width: 1, depth: 1.1, resolution: 240, dropout: 0.2 },
  lite2: { width: 1.1, depth: 1.2, resolution: 260, dropout: 0.3 },
  lite3: { width: 1.2, depth: 1.4, resolution: 280, dropout: 0.3 },
  lite4: { width: 1.4, depth: 1.8, resolution: 300, dropout: 0.3 },
};
