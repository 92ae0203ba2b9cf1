import type { Row } from './row.js';

/** The last one is all three in turn, in which they may share what they compute. */
const PASSES = ['forward', 'input-gradient', 'filter-gradient', 'training'] as const;
type Pass = (typeof PASSES)[number];

/** Height and width of the image, channels: the shapes of the ConvNet's 3x3 convolutions. */
const SHAPES_3X3 = [
  [32, 64],
  [16, 128],
  [8, 256],
  [4, 512],
  [2, 512],
] as const;
/** The same with input and output channels, for its 1x1 convolutions. */
const SHAPES_1X1 = [
  [32, 64, 128],
  [16, 128, 256],
  [8, 256, 512],
] as const;

/** Ops of the ConvNet's training step one by one, in the sizes they have there. */
export function kernelRows(batch: number): Row[] {
  const conv = (kernel: number, size: number, inChannels: number, outChannels: number, pass: Pass): Row => ({
    ...kernelRow(
      `conv${kernel}x${kernel}/${size}x${size}x${inChannels}/${pass}`,
      `${kernel}x${kernel} convolution, ${pass}, [${batch}, ${size}, ${size}, ${inChannels}] to ${outChannels} channels`,
    ),
    run: 'conv2d',
    parameters: { kernel, size, inChannels, outChannels, batch, pass },
    peers: ['pytorch', 'tfjs-wasm'],
    work: {
      amount: ((pass === 'training' ? 6 : 2) * batch * size ** 2 * kernel ** 2 * inChannels * outChannels) / 1e9,
      unit: 'GFLOP',
    },
  });
  return [
    ...SHAPES_3X3.flatMap(([size, channels]) => PASSES.map((pass) => conv(3, size, channels, channels, pass))),
    ...SHAPES_1X1.flatMap(([size, from, to]) => PASSES.map((pass) => conv(1, size, from, to, pass))),
    op('max-pool/forward', '3x3 max pooling, stride 2, padding 1', [batch, 32, 32, 128]),
    op('max-pool/gradient', 'gradient of 3x3 max pooling, stride 2, padding 1', [batch, 32, 32, 128]),
    op('batch-norm/forward', 'batch norm in training mode, then ReLU', [batch, 32, 32, 64]),
    op('batch-norm/backward', 'gradients of batch norm and ReLU to x, gamma and beta', [batch, 32, 32, 64]),
    op('adam', 'one update by Adam', [3, 3, 512, 512]),
    op('relu', 'ReLU', [batch, 32, 32, 64]),
    op('add', 'sum of two tensors', [batch, 32, 32, 64]),
    op('softmax', 'softmax over rows', [10_000, 10]),
    op('column-sum', 'sum over all but the last axis, a bias gradient', [batch * 1024, 64]),
  ];
}

function op(name: string, what: string, shape: readonly number[]): Row {
  return {
    ...kernelRow(`op/${name}`, `${what}, [${shape.join(', ')}]`),
    run: name,
    parameters: { shape },
    peers: ['pytorch'],
  };
}

function kernelRow(name: string, what: string): Omit<Row, 'run' | 'parameters' | 'peers'> {
  return { name, what, ours: { engine: 'ort' }, iterations: 7, warmup: 3, tolerance: 1e-4 };
}
