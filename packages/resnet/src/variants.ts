/** The name of a network that torchvision has. */
export type ResNetVariant = 'resnet18' | 'resnet34';

/** The blocks of each of a network's four stages. */
export type ResNetBlocks = readonly [number, number, number, number];

/** The networks of basic blocks (K. He et al., arXiv:1512.03385, table 1). */
export const resNetVariants: Readonly<Record<ResNetVariant, ResNetBlocks>> = {
  resnet18: [2, 2, 2, 2],
  resnet34: [3, 4, 6, 3],
};
