import {
  fraction,
  hiddenUnits,
  multipleOf,
  nonNegativeNumber,
  oneOf,
  onOrOff,
  positiveNumber,
  text,
  wholeNumber,
  wholeNumberBetween,
} from './rule.js';
import { named, sentence } from './sentence.js';
import { optionalSetting, type Setting, setting } from './setting.js';

/** The slope of the leaky ReLU below zero where no other is given. */
export const defaultNegativeSlope = 0.02;

/** The architectures whose weights a registry has, under the same name. */
const publishedWeights = ['efficientnet-lite0', 'efficientnet-lite1', 'efficientnet-lite2'] as const;

/** The largest side of the images that a network for fine-tuning sees. */
const mostResolution = 1024;

/**
 * Every setting of every network, in the order of help texts. Which of them a network has, and with which default, is
 * said in its own file.
 */
export const settingTable = {
  preset: setting({
    group: 'network',
    rule: oneOf(['course', 'strong']),
    unit: 'name',
    help: 'values of settings that are not given',
    before: 'course',
  }),
  architecture: setting({
    group: 'network',
    rule: oneOf([
      'efficientnet-lite0',
      'efficientnet-lite1',
      'efficientnet-lite2',
      'efficientnet-lite3',
      'efficientnet-lite4',
      'resnet18',
    ]),
    unit: 'name',
    help: 'the pretrained network',
  }),
  weights: optionalSetting({
    group: 'network',
    rule: text('the name of pretrained weights, a file with them, or none'),
    unit: 'name',
    help: 'weights to start from: a name, a .pth or .safetensors file, or none',
    details: 'the last layer is a new one, of zeros',
    unset: {
      text: sentence`those of ${named('architecture')}, or ${named('from')}`,
      value: ({ architecture, from }) =>
        from === null ? (publishedWeights.find((name) => name === architecture) ?? null) : null,
    },
  }),
  from: optionalSetting({
    group: 'network',
    rule: text('the folder of a run, or a file of weights'),
    unit: 'path',
    help: 'trained weights to start from: the folder of a run, or a .safetensors, .pth or .pt file',
    details: 'the last layer is a new one where the classes are others',
    unset: { text: sentence`new weights` },
    before: null,
  }),
  resolution: setting({
    group: 'network',
    rule: multipleOf(32, mostResolution),
    unit: 'pixels',
    help: 'side that the network sees images at',
  }),
  startResolution: optionalSetting({
    group: 'network',
    rule: multipleOf(32, mostResolution),
    unit: 'pixels',
    help: 'side at the first steps, which grows by 32 over the schedule',
    unset: { text: sentence`${named('resolution')}` },
  }),
  headOnly: setting({
    group: 'network',
    rule: onOrOff,
    help: "train the last layer alone, on the images' features, which are computed once and kept",
  }),
  freezeStages: optionalSetting({
    group: 'network',
    rule: wholeNumber(0),
    unit: 'stages',
    help: 'first stages that are not trained; the first is the stem',
    unset: {
      text: sentence`4, and 0 with ${named('weights', 'none')}`,
      value: ({ weights }) => (weights === 'none' ? 0 : 4),
    },
  }),
  batchNorm: optionalSetting({
    group: 'network',
    rule: oneOf(['frozen', 'training']),
    unit: 'name',
    help: "statistics of batch norm in training, the pretrained weights' or each batch's",
    unset: {
      text: sentence`frozen, and training with ${named('weights', 'none')}`,
      value: ({ weights }) => (weights === 'none' ? 'training' : 'frozen'),
    },
  }),
  dnnHiddenUnits: setting({
    group: 'network',
    rule: hiddenUnits,
    unit: 'list',
    help: 'units of each hidden layer, "200,100" say; "" for none',
    details: 'none is multinomial logistic regression',
  }),
  activation: setting({
    group: 'network',
    rule: oneOf(['elu', 'relu', 'leaky-relu', 'tanh', 'sigmoid', 'silu', 'gelu']),
    unit: 'name',
    help: 'after each hidden layer',
  }),
  whitening: setting({
    group: 'network',
    rule: onOrOff,
    help: 'decorrelate patches in the first layer, by those of training images, and do not train it',
  }),
  whiteningBiasSteps: setting({
    group: 'network',
    rule: wholeNumber(0),
    unit: 'steps',
    help: "first steps, in which the first layer's bias is trained",
    details: 'its learning rate falls to 0 over them',
  }),
  diracStart: setting({
    group: 'network',
    rule: onOrOff,
    help: 'start the first filters of each convolution as the identity',
  }),
  negativeSlope: optionalSetting({
    key: 'negSlope',
    group: 'network',
    rule: nonNegativeNumber,
    unit: 'slope',
    help: 'slope of leaky-relu below zero',
    unset: {
      text: sentence`${defaultNegativeSlope}`,
      value: ({ activation }) => (activation === 'leaky-relu' ? defaultNegativeSlope : null),
    },
  }),
  norm: setting({
    group: 'network',
    rule: oneOf(['none', 'layer', 'batch']),
    unit: 'name',
    help: 'normalisation before each activation',
  }),
  init: setting({
    group: 'network',
    rule: oneOf(['course', 'pytorch', 'he', 'glorot']),
    unit: 'name',
    help: "the weights' initialisation",
    details: 'course is N(0, 0.0001²)',
  }),
  dtype: setting({
    group: 'network',
    rule: oneOf(['float64', 'float32']),
    unit: 'name',
    help: 'precision of the computation',
    details: 'TensorFlow.js computes in float32',
  }),
  dropout: setting({
    group: 'network',
    rule: fraction,
    unit: 'probability',
    help: 'that a hidden unit is dropped in training',
    details: 'the mask is a function of seed and step',
  }),
  learningRate: setting({
    group: 'training',
    rule: positiveNumber,
    unit: 'rate',
    help: 'learning rate',
    ofOptimizer: true,
  }),
  headLearningRate: setting({
    group: 'training',
    rule: positiveNumber,
    unit: 'rate',
    help: 'learning rate of the last layer',
    details: 'it follows the schedule too',
    ofOptimizer: true,
  }),
  biasLearningRate: setting({
    group: 'training',
    rule: positiveNumber,
    unit: 'rate',
    help: "learning rate of batch norm's offsets and of the first layer's bias",
    details: 'it follows the schedule too',
    ofOptimizer: true,
  }),
  sgdLearningRate: optionalSetting({
    group: 'training',
    rule: positiveNumber,
    unit: 'rate',
    help: 'learning rate of what muon leaves to sgd: biases, norms and the last layer',
    details: 'it follows the schedule too; its momentum is 0.9',
    unset: { text: sentence`${named('learningRate')}` },
    ofOptimizer: true,
    before: null,
  }),
  maxSteps: setting({
    group: 'training',
    rule: wholeNumber(1),
    unit: 'steps',
    help: 'training steps',
    mayChange: true,
  }),
  batchSize: setting({ group: 'training', rule: wholeNumber(1), unit: 'images', help: 'images in a batch' }),
  accumulate: setting({
    group: 'training',
    rule: wholeNumber(1),
    unit: 'parts',
    help: 'parts that a batch is taken in, for less memory; their gradients are summed',
    details: 'batch norm normalises each part by itself',
    before: 1,
  }),
  evalFreq: setting({
    group: 'training',
    rule: wholeNumber(1),
    unit: 'steps',
    help: 'steps between evaluations',
    details: 'each with a checkpoint; after step 1 too',
  }),
  optimizer: setting({
    group: 'training',
    rule: oneOf(['sgd', 'adam', 'adamw', 'muon']),
    unit: 'name',
    help: 'how gradients become updates',
  }),
  momentum: setting({
    group: 'training',
    rule: fraction,
    unit: 'factor',
    help: 'momentum of sgd and muon',
    ofOptimizer: true,
  }),
  weightDecay: setting({
    group: 'training',
    rule: nonNegativeNumber,
    unit: 'factor',
    help: 'L2 penalty on the weights',
    details: 'decoupled in adamw; in TensorFlow.js not on biases and norms',
  }),
  schedule: setting({
    group: 'training',
    rule: oneOf(['constant', 'step', 'linear', 'cosine', 'one-cycle']),
    unit: 'name',
    help: 'learning rate over the steps',
    details: 'step is a tenth after each third',
  }),
  scheduleSteps: optionalSetting({
    group: 'training',
    rule: wholeNumber(1),
    unit: 'steps',
    help: 'steps that the schedule spans',
    unset: { text: sentence`${named('maxSteps')}` },
    mayChange: true,
    before: null,
  }),
  warmupSteps: setting({
    group: 'training',
    rule: wholeNumber(0),
    unit: 'steps',
    help: 'linear warm-up before the schedule',
  }),
  earlyStopping: optionalSetting({
    group: 'training',
    rule: wholeNumber(1),
    unit: 'evaluations',
    help: 'stop after this many evaluations without a lower validation loss',
  }),
  seed: setting({
    group: 'training',
    rule: wholeNumberBetween(0, 0xffffffff),
    unit: 'seed',
    help: 'of the weights, of the batches and of all else that is random',
  }),
  nesterov: setting({
    group: 'training',
    rule: onOrOff,
    help: "use Nesterov's momentum",
    details: 'it needs a momentum',
    ofOptimizer: true,
  }),
  labelSmoothing: setting({
    group: 'training',
    rule: fraction,
    unit: 'part',
    help: 'of each target that is spread over all classes',
  }),
  batchOrder: setting({
    group: 'images',
    rule: oneOf(['course', 'epoch']),
    unit: 'order',
    help: "course: exactly the practical's batches; epoch: a fresh permutation each epoch",
    details: 'the last batch of an epoch may be smaller',
  }),
  standardize: setting({
    group: 'images',
    rule: onOrOff,
    help: 'divide by the deviation of each channel too, not only subtract the mean image',
  }),
  validationSize: setting({
    group: 'images',
    rule: wholeNumber(0),
    unit: 'images',
    help: 'first training images held out for choices',
  }),
  flip: setting({
    group: 'images',
    rule: onOrOff,
    help: 'mirror every other training image, at random',
    before: false,
  }),
  alternateFlip: setting({
    group: 'images',
    rule: onOrOff,
    help: 'let mirrored images take turns: those of an epoch are not mirrored in the next',
    details: 'at random in the first epoch; with flip, in the order epoch',
    before: false,
  }),
  crop: setting({
    group: 'images',
    // The reflection of an image has fewer pixels than its side.
    rule: wholeNumberBetween(0, 31),
    unit: 'pixels',
    help: 'pad training images by so many pixels and cut out as much as they had, at random',
    details: 'the padding is a reflection',
    before: 0,
  }),
  cutout: setting({
    group: 'images',
    rule: wholeNumberBetween(0, 32),
    unit: 'pixels',
    help: 'blank a square of this side in training images',
    before: 0,
  }),
  test: setting({
    group: 'evaluation',
    rule: onOrOff,
    help: 'evaluate on the test images',
    before: true,
  }),
} as const;

/** The name of a setting. */
export type SettingName = keyof typeof settingTable;

/** The value of a setting. */
type SettingValue<Name extends SettingName> = (typeof settingTable)[Name] extends Setting<infer T> ? T : never;

/** All settings, whatever the network. */
export type AllSettings = { [Name in SettingName]: SettingValue<Name> };

/** Returns the names of all settings, in the order of help texts. */
export function settingNames(): SettingName[] {
  return Object.keys(settingTable) as SettingName[];
}

/** Returns the row of a setting. */
export function rowOf(name: SettingName): Setting {
  return settingTable[name] as Setting;
}
