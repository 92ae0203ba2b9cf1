import {
  activations,
  batchOrders,
  dtypes,
  inits,
  ndarrayActivations,
  ndarrayInits,
  ndarrayNorms,
  ndarrayOptimizers,
  norms,
  presets,
  schedules,
  type TrainingSettings,
  tensorflowOptimizers,
} from '@cifarlab/experiment';
import * as v from 'valibot';
import type { ModelName } from '../models.js';
import {
  arrayOf,
  count,
  countUpTo,
  flag,
  fraction,
  notNegative,
  objectWith,
  oneOfTexts,
  positive,
  positiveCount,
  rule,
  words,
} from './schemas.js';

/** Settings of all networks; those that early runs lack are optional. */
const training = {
  learningRate: positive,
  schedule: oneOfTexts(schedules),
  warmupSteps: count,
  scheduleSteps: v.optional(v.nullable(positiveCount)),
  maxSteps: positiveCount,
  batchSize: positiveCount,
  evalFreq: positiveCount,
  earlyStopping: v.nullable(positiveCount),
  seed: countUpTo(0xffffffff),
  batchOrder: oneOfTexts(batchOrders),
  standardize: flag,
  validationSize: count,
  flip: v.optional(flag),
  crop: v.optional(countUpTo(31)),
  cutout: v.optional(countUpTo(32)),
  test: v.optional(flag),
};

const tensorflowOptimizer = {
  preset: v.optional(oneOfTexts(presets)),
  optimizer: oneOfTexts(tensorflowOptimizers),
  momentum: fraction,
  nesterov: flag,
  weightDecay: notNegative,
  labelSmoothing: fraction,
};

const mlpShape = {
  dnnHiddenUnits: arrayOf(positiveCount, [0, 1000], 'numbers of units'),
  negSlope: v.nullable(notNegative),
};

/** What a setting of another version may be: something that a page can show. */
const otherSetting = rule<unknown>('a text, a number, true, false, null, or an array of these', (value: unknown) =>
  (Array.isArray(value) ? value : [value]).every(
    (item) => ['number', 'boolean'].includes(typeof item) || item === null || v.is(words, item),
  ),
);

const schemas = {
  'mlp-ndarray': settingsOf({
    ...training,
    ...mlpShape,
    activation: oneOfTexts(ndarrayActivations),
    norm: oneOfTexts(ndarrayNorms),
    init: oneOfTexts(ndarrayInits),
    optimizer: oneOfTexts(ndarrayOptimizers),
    momentum: fraction,
    weightDecay: notNegative,
    dtype: oneOfTexts(dtypes),
  }),
  mlp: settingsOf({
    ...training,
    ...tensorflowOptimizer,
    ...mlpShape,
    activation: oneOfTexts(activations),
    norm: oneOfTexts(norms),
    init: oneOfTexts(inits),
    dropout: fraction,
  }),
  convnet: settingsOf({ ...training, ...tensorflowOptimizer }),
};

function settingsOf(entries: v.ObjectEntries): v.GenericSchema<unknown, TrainingSettings> {
  const known = objectWith(entries);
  return v.pipe(known, v.objectWithRest({}, otherSetting)) as never;
}

/** The settings of a run of this network, as its `config.json` holds them. */
export function settingsSchema(model: ModelName): v.GenericSchema<unknown, TrainingSettings> {
  return schemas[model];
}
