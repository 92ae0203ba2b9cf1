import type * as v from 'valibot';
import { objectWith } from '../../records/schemas.js';
import { oneOf } from '../../settings/rule.js';
import { classCount } from '../class-count.js';
import { type FastnetSettings, fastnetChoices } from './settings.js';

/** What the network of the speed records can be made of again, without its weights. */
export interface FastnetConfig {
  /** Units of the last layer. */
  numClasses: number;
  /** Behind the whitening and each batch normalisation. */
  activation: FastnetSettings['activation'];
}

/** What the config of a checkpoint must be. */
export const fastnetConfig = objectWith({
  numClasses: classCount,
  activation: oneOf(fastnetChoices.activation).schema,
}) as v.GenericSchema<unknown, FastnetConfig>;
