import { CLASS_NAMES } from '@cifarlab/cifar10';
import { choicesOf, networkOf } from '@cifarlab/experiment';
import * as v from 'valibot';
import { CliError } from '../errors.js';
import { type ModelName, models } from '../models.js';
import {
  anObject,
  arrayOf,
  classNames,
  count,
  fraction,
  notNegative,
  objectWith,
  oneOfTexts,
  parseRecord,
  positive,
  positiveCount,
  rule,
} from './schemas.js';
import { showValue } from './show-value.js';

/** What a checkpoint's `state.json` holds of the network beside its arrays. */
export interface ModelValues {
  kind: ModelName;
  /** Shape and options, as the kind of network understands them. */
  config: { nInputs: number; nHidden: number[]; nClasses: number } | { nHidden?: undefined; numClasses: number };
  classNames: string[];
  preprocessing: { kind: 'mean-image' } | { kind: 'standardize'; means: number[]; deviations: number[] };
}

/** Values of an image: 3 colours of 32 x 32. */
const PIXELS = 3072;

const finite = rule<number>('a number', (value) => Number.isFinite(value));
const classes = rule<number>(
  'a whole number from 2 to 256',
  (value) => Number.isInteger(value) && value >= 2 && value <= 256,
);

const mlp = {
  nInputs: rule<number>(`${PIXELS}, the values of an image`, (value) => value === PIXELS),
  nHidden: arrayOf(positiveCount, [0, 1000], 'numbers of units'),
  nClasses: classes,
  negativeSlope: v.optional(notNegative),
};

const ndarray = networkOf('mlp-ndarray');
const tensorflow = networkOf('mlp');

const configs = {
  'mlp-ndarray': objectWith({
    ...mlp,
    activation: oneOfTexts(choicesOf(ndarray, 'activation')),
    norm: oneOfTexts(choicesOf(ndarray, 'norm')),
    dtype: oneOfTexts(choicesOf(ndarray, 'dtype')),
    output: oneOfTexts(['logits', 'probabilities']),
  }),
  mlp: objectWith({
    ...mlp,
    activation: oneOfTexts(choicesOf(tensorflow, 'activation')),
    norm: oneOfTexts(choicesOf(tensorflow, 'norm')),
    dropout: v.optional(fraction),
    init: v.optional(oneOfTexts(choicesOf(tensorflow, 'init'))),
    seed: v.optional(count),
  }),
  convnet: objectWith({ numClasses: classes, seed: v.optional(count) }),
} as const;

const preprocessing = v.pipe(
  anObject,
  v.variant(
    'kind',
    [
      v.looseObject({ kind: v.literal('mean-image') }),
      v.looseObject({
        kind: v.literal('standardize'),
        means: arrayOf(finite, [3, 3], 'numbers'),
        deviations: arrayOf(positive, [3, 3], 'numbers above 0'),
      }),
    ],
    '"mean-image" or "standardize"',
  ),
);

const valuesOf = (kind: ModelName) =>
  objectWith({
    config: configs[kind],
    classNames: v.optional(classNames, [...CLASS_NAMES]),
    preprocessing,
  });

/**
 * The values of a checkpoint that describe its network.
 *
 * @param folder of the checkpoint, for messages.
 * @throws CliError when this version does not know the network, or a value breaks its rule.
 */
export function parseModelValues(values: Record<string, unknown>, folder: string): ModelValues {
  const kind = models.find((name) => name === values.kind);
  if (kind === undefined) {
    throw new CliError(
      `${folder}/state.json: "values.kind" must be one of ${models.join(', ')}, and is ${showValue(values.kind)}; ` +
        'use another checkpoint, or a newer cifarlab',
    );
  }
  const where = { place: `${folder}/state.json`, remedy: 'use another checkpoint, or train again' };
  const parsed = parseRecord(objectWith({ values: valuesOf(kind) }), { values }, where)
    .values as unknown as ModelValues;
  const { config, classNames: names } = parsed;
  const outputs = 'numClasses' in config ? config.numClasses : config.nClasses;
  if (outputs !== names.length) {
    throw new CliError(
      `${where.place} has a network of ${outputs} classes and ${names.length} names of classes; ${where.remedy}`,
    );
  }
  return { ...parsed, kind };
}
