import { CLASS_NAMES } from '@cifarlab/cifar10';
import * as v from 'valibot';
import type { Network } from '../networks/network.js';
import { RecordError } from './record-error.js';
import { anObject, arrayOf, classNames, objectWith, parseRecord, positive, rule } from './schemas.js';
import { showValue } from './show-value.js';

/** The network's part of a checkpoint's `state.json`, which lies beside its arrays. */
export interface SavedValues {
  network: Network;
  /** Shape and options, as the network understands them. */
  config: object;
  classNames: string[];
  /** Side of the images that it was trained on, in pixels. */
  imageSide: number;
  preprocessing: { kind: 'mean-image' } | { kind: 'standardize'; means: number[]; deviations: number[] };
}

/** Rule of the side of images: as large as pictures of one's own are made. */
const side = rule<number>(
  'a whole number from 32 to 1024',
  (value) => Number.isInteger(value) && value >= 32 && value <= 1024,
);

const finite = rule<number>('a number', (value) => Number.isFinite(value));

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

const valuesOf = ({ config }: Network) =>
  objectWith({
    config,
    classNames: v.optional(classNames, [...CLASS_NAMES]),
    imageSide: v.optional(side, 32),
    preprocessing,
  });

/**
 * Checks the values of a checkpoint that describe its network.
 *
 * @param folder of the checkpoint, for messages.
 * @param networks of which it must hold one.
 * @throws RecordError when the network is none of these, or a value breaks its rule.
 */
export function parseSavedValues(
  values: Record<string, unknown>,
  folder: string,
  networks: readonly Network[],
): SavedValues {
  const where = { place: `${folder}/state.json`, remedy: 'use another checkpoint, or train again' };
  const network = networks.find(({ name }) => name === values.kind);
  if (network === undefined) {
    const names = networks.map(({ name }) => name);
    throw new RecordError({
      ...where,
      key: 'values.kind',
      rule: `must be one of ${names.join(', ')}, and is ${showValue(values.kind)}`,
      remedy: 'use another checkpoint, or a newer cifarlab',
    });
  }
  const parsed = parseRecord(objectWith({ values: valuesOf(network) }), { values }, where).values as unknown as Omit<
    SavedValues,
    'network'
  >;
  const outputs = network.classes(parsed.config);
  if (outputs !== parsed.classNames.length) {
    const rule = `has a network of ${outputs} classes and ${parsed.classNames.length} names of classes`;
    throw new RecordError({ ...where, rule });
  }
  return { ...parsed, network };
}
