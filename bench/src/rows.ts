import type { Contestant } from './contestants.js';
import { kernelRows } from './kernel-rows.js';
import type { Row } from './row.js';

export interface RowSettings {
  /** Training steps of the rows that train an MLP. */
  steps: number;
  /** Images of the rows that evaluate a ConvNet. */
  images: number;
  /** Images per training step of the ConvNet. */
  batch: number;
}

export const DEFAULT_SETTINGS: RowSettings = { steps: 1400, images: 2000, batch: 32 };

/** Rounding of float32 through the layers of the ConvNet. */
const FLOAT32_TOLERANCE = 1e-4;

export function createRows({ steps, images, batch }: RowSettings): Row[] {
  const convnet = {
    iterations: 8,
    warmup: 4,
    tolerance: FLOAT32_TOLERANCE,
    peers: ['pytorch'] as const,
    compiles: true,
  };
  const convnetStep = (name: string, contestant: Partial<Contestant>, remark: string): Row => ({
    ...convnet,
    // Our steps get faster for so long. Of larger batches, which take as much longer, fewer.
    warmup: Math.max(4, Math.ceil((100 * DEFAULT_SETTINGS.batch) / batch)),
    name,
    what: `training step of the ConvNet, batch ${batch}, float32, Adam${remark}`,
    run: 'convnet-step',
    parameters: { batch },
    ours: { engine: 'ort', ...contestant },
    work: { amount: batch, unit: 'images' },
  });
  return [
    convnetStep('convnet-step', {}, ''),
    convnetStep('convnet-step-im2col', { convolution: 'im2col' }, '; 3x3 convolutions by im2col'),
    convnetStep('convnet-step-winograd', { convolution: 'winograd' }, '; 3x3 convolutions by Winograd'),
    convnetStep('convnet-step-winograd-2x2', { convolution: 'winograd-2x2' }, '; Winograd in tiles of 2x2 only'),
    {
      ...convnet,
      name: 'convnet-eval',
      what: `evaluation of the ConvNet on ${images} images in batches of 200, float32`,
      run: 'convnet-eval',
      parameters: { images },
      ours: { engine: 'ort' },
      iterations: 1,
      warmup: 1,
      work: { amount: images, unit: 'images' },
    },
    ...efficientNetRows(),
    fastNetRow(256, 1),
    fastNetRow(2000, 4),
    {
      name: 'mlp-step',
      what: 'training step of the MLP 3072-100-10 in TensorFlow.js, batch 200, float32, SGD',
      run: 'mlp-step',
      parameters: {},
      ours: { engine: 'ort' },
      peers: ['pytorch'],
      compiles: true,
      iterations: 50,
      warmup: 300,
      work: { amount: 200, unit: 'images' },
      tolerance: FLOAT32_TOLERANCE,
    },
    {
      name: 'mlp-ndarray',
      what: `training of the hand-derived MLP 3072-100-10, ${steps} steps of 200, float64`,
      run: 'mlp-ndarray',
      parameters: { steps },
      ours: { engine: 'ndarray' },
      peers: ['numpy'],
      iterations: 1,
      warmup: 1,
      work: { amount: 200 * steps, unit: 'images' },
      tolerance: 1e-9,
    },
    {
      name: 'mlp-ndarray-eval',
      what: 'evaluation of the hand-derived MLP on 10,000 images at once, float64',
      run: 'mlp-ndarray-eval',
      parameters: { images: 10_000 },
      ours: { engine: 'ndarray' },
      peers: ['numpy'],
      iterations: 3,
      warmup: 1,
      work: { amount: 10_000, unit: 'images' },
      tolerance: 1e-9,
    },
    ...gemmRows(),
    ...kernelRows(batch),
  ];
}

/** A step of the network of the speed records. */
function fastNetRow(batch: number, parts: number): Row {
  return {
    name: `fastnet-step/${batch}`,
    what:
      `training step of the network of the CIFAR-10 speed records, batch ${batch}, float32, Muon; the first layer is not trained` +
      (parts === 1 ? '' : `; the batch is taken in ${parts} parts`),
    run: 'fastnet-step',
    parameters: { batch, parts },
    ours: { engine: 'ort' },
    peers: ['pytorch'],
    iterations: 1,
    warmup: 2,
    work: { amount: batch, unit: 'images' },
    tolerance: 1e-3,
  };
}

/** Height and width of the images, and how many are in a batch. */
const EFFICIENTNET_SIZES = [
  [64, 64],
  [96, 64],
  [128, 32],
] as const;

/** Fine-tuning of EfficientNet-Lite0 with frozen statistics of batch norm. */
function efficientNetRows(): Row[] {
  const common = {
    ours: { engine: 'ort' },
    peers: ['pytorch'],
    compiles: true,
    iterations: 3,
    warmup: 3,
    tolerance: FLOAT32_TOLERANCE,
  } as const;
  const step = (resolution: number, batch: number, depthwise5x5: boolean): Row => ({
    ...common,
    name: `efficientnet-step/${resolution}${depthwise5x5 ? '' : '-without-5x5'}`,
    what:
      `training step of EfficientNet-Lite0, ${resolution} pixels, batch ${batch}, float32, AdamW, frozen statistics` +
      (depthwise5x5 ? '' : '; 5x5 depthwise convolutions are not trained'),
    run: 'efficientnet-step',
    parameters: { resolution, batch, depthwise5x5 },
    work: { amount: batch, unit: 'images' },
  });
  return EFFICIENTNET_SIZES.flatMap(([resolution, batch]): Row[] => [
    step(resolution, batch, true),
    step(resolution, batch, false),
    {
      ...common,
      name: `efficientnet-eval/${resolution}`,
      what: `evaluation of EfficientNet-Lite0 on 256 images of ${resolution} pixels in batches of 64, float32`,
      run: 'efficientnet-eval',
      parameters: { resolution, images: 256 },
      work: { amount: 256, unit: 'images' },
    },
  ]);
}

/** [rows of C, inner size, columns of C], and which of A and B is a transposed view: the products of the MLP, and a square. */
const PRODUCTS = [
  [200, 3072, 100, 'NT'],
  [100, 200, 3072, 'TN'],
  [200, 100, 3072, 'NN'],
  [10_000, 3072, 100, 'NT'],
  [512, 512, 512, 'NN'],
] as const;

function gemmRows(): Row[] {
  return (['float64', 'float32'] as const).flatMap((dtype) =>
    PRODUCTS.map(([m, k, n, layout]) => ({
      name: `gemm/${dtype}/${m}x${k}x${n}-${layout}`,
      what: `matrix product ${m}x${k} by ${k}x${n}, ${dtype}; ${layout}: N as in memory, T a transposed view`,
      run: 'gemm',
      parameters: { m, k, n, layout, dtype },
      ours: { engine: 'ndarray' } as const,
      peers: ['numpy'] as const,
      iterations: 5,
      warmup: 3,
      work: { amount: (2 * m * k * n) / 1e9, unit: 'GFLOP' } as const,
      tolerance: dtype === 'float64' ? 1e-10 : 1e-4,
    })),
  );
}

/** Returns the rows of that name, or below it. @throws RangeError listing the groups when there is none. */
export function selectRows(rows: readonly Row[], names: readonly string[]): Row[] {
  if (names.length === 0) return [...rows];
  const fits = (row: Row, name: string) => row.name === name || row.name.startsWith(`${name}/`);
  for (const name of names) {
    if (rows.some((row) => fits(row, name))) continue;
    const groups = [...new Set(rows.map((row) => row.name.split('/')[0]))];
    throw new RangeError(`There is no row '${name}'; there are ${groups.join(', ')} and memory (--list shows all).`);
  }
  return rows.filter((row) => names.some((name) => fits(row, name)));
}
