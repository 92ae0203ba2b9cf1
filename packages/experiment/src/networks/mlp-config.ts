import * as v from 'valibot';
import { arrayOf, notNegative, objectWith, positiveCount, rule } from '../records/schemas.js';
import { classCount } from './class-count.js';

/** Values of an image: 3 colours of 32 x 32. */
const PIXELS = 3072;

/** Options that an MLP was made with, under their names in checkpoints. */
export type SavedMlp<Options extends { readonly numClasses: number }> = Omit<Options, 'numClasses'> & {
  readonly nClasses: number;
};

/** Returns the same options under the names of the packages. */
export function mlpOptions<Saved extends { readonly nClasses: number }>({ nClasses, ...config }: Saved) {
  return { ...config, numClasses: nClasses };
}

/** Makes the schema of what an MLP is made of again: its sizes, and these. */
export function mlpConfig<Config extends object>(entries: v.ObjectEntries): v.GenericSchema<unknown, Config> {
  return objectWith({
    nInputs: rule<number>(`${PIXELS}, the values of an image`, (value) => value === PIXELS),
    nHidden: arrayOf(positiveCount, [0, 1000], 'numbers of units'),
    nClasses: classCount,
    negativeSlope: v.optional(notNegative),
    ...entries,
  }) as never;
}
