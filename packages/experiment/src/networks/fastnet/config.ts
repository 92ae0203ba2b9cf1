import type * as v from 'valibot';
import { objectWith } from '../../records/schemas.js';
import { oneOf } from '../../settings/rule.js';
import { classCount } from '../class-count.js';
import { type FastnetSettings, fastnetChoices } from './settings.js';

/** Description from which the network of the speed records can be made again, without its weights. */
export interface FastnetConfig {
  /** Units of the last layer. */
  numClasses: number;
  /** Activation behind the whitening and each batch normalisation. */
  activation: FastnetSettings['activation'];
}

/** Schema of the config of a checkpoint. */
export const fastnetConfig = objectWith({
  numClasses: classCount,
  activation: oneOf(fastnetChoices.activation).schema,
}) as v.GenericSchema<unknown, FastnetConfig>;
