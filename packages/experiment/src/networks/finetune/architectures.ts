import type { ChannelStatistics } from '@cifarlab/cifar10';
import type { Awaitable } from '@cifarlab/trainer';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { AllSettings } from '../../settings/table.js';

/** The name of an architecture. */
export type ArchitectureName = AllSettings['architecture'];

/** Options with which a network is made. */
interface ArchitectureOptions {
  numClasses: number;
  /** Probability that a feature before the last layer is dropped in training. */
  dropout: number;
  /** Seed of the weights that are not loaded, and of dropout's masks. */
  seed: number;
  /** The statistics that batch norm trains with. */
  batchNorm: 'frozen' | 'training';
}

/** An architecture that can be fine-tuned. */
export interface Architecture {
  /** The statistics that images were standardised by when its weights were trained. */
  readonly statistics: ChannelStatistics;
  /** Number of stages that can be frozen, the stem included. */
  readonly stages: number;
  /** Weights that are trained, of ten classes. */
  readonly parameters: number;
  /**
   * Memory that a training step of all layers takes for an image of 96 pixels, in MiB: measured with Lite0 and ResNet-18 and
   * rounded up, extrapolated for the others.
   */
  readonly mibPerImage: number;
  /** Makes the network, with layers of `@cifarlab/torch-layers`; its last layer starts from zeros. */
  create(options: ArchitectureOptions): Awaitable<LayersModel>;
}

/** All of them, by name. */
export type Architectures = Readonly<Record<ArchitectureName, Architecture>>;

/** (x − 127) / 128 of bytes, as TensorFlow's reference of EfficientNet-Lite has it. */
const liteStatistics: ChannelStatistics = {
  means: [127 / 255, 127 / 255, 127 / 255],
  deviations: [128 / 255, 128 / 255, 128 / 255],
};

/** Statistics of ImageNet's images, as torchvision has them. */
const imageNetStatistics: ChannelStatistics = {
  means: [0.485, 0.456, 0.406],
  deviations: [0.229, 0.224, 0.225],
};

const efficientNetLite = (
  variant: 'lite0' | 'lite1' | 'lite2' | 'lite3' | 'lite4',
  size: Pick<Architecture, 'parameters' | 'mibPerImage'>,
): Architecture => ({
  ...size,
  statistics: liteStatistics,
  stages: 9,
  async create(options) {
    const { createEfficientNetLite } = await import('@cifarlab/efficientnet-lite');
    return createEfficientNetLite({ variant, ...options, headStart: 'zeros' });
  },
});

/** The architectures that can be fine-tuned. */
export const architectures: Architectures = {
  'efficientnet-lite0': efficientNetLite('lite0', { parameters: 3.5e6, mibPerImage: 7.5 }),
  'efficientnet-lite1': efficientNetLite('lite1', { parameters: 4.2e6, mibPerImage: 9 }),
  'efficientnet-lite2': efficientNetLite('lite2', { parameters: 4.9e6, mibPerImage: 10 }),
  'efficientnet-lite3': efficientNetLite('lite3', { parameters: 7e6, mibPerImage: 12.5 }),
  'efficientnet-lite4': efficientNetLite('lite4', { parameters: 11.8e6, mibPerImage: 15.5 }),
  resnet18: {
    statistics: imageNetStatistics,
    stages: 5,
    parameters: 11.2e6,
    mibPerImage: 13,
    async create(options) {
      const { createResNet } = await import('@cifarlab/resnet');
      return createResNet({ variant: 'resnet18', ...options, headStart: 'zeros' });
    },
  },
};
