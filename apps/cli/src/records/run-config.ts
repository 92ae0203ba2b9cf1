import { networkOf, settingsSchema } from '@cifarlab/experiment';
import * as v from 'valibot';
import { CliError } from '../errors.js';
import { type ModelName, models } from '../models.js';
import type { RunConfig } from '../run-folder.js';
import {
  arrayOf,
  classNames,
  count,
  flag,
  moment,
  notNegative,
  objectWith,
  oneOfTexts,
  parseRecord,
  positiveCount,
  recordOf,
  rule,
  words,
} from './schemas.js';
import { showValue } from './show-value.js';

/** What a run's `config.json` begins with. */
export const configFormat = 'cifarlab-run';

/** The version of it that this program writes and reads. */
export const configVersion = 1;

const engine = objectWith({
  name: rule<string>(
    'the name of an engine, such as "tfjs ort" or "gemm wasm-simd"',
    (value: unknown) => typeof value === 'string' && /^(tfjs|gemm) [a-z0-9-]{1,40}$/.test(value),
  ),
  threads: v.nullable(positiveCount),
});

const sha256 = rule<string>(
  'a SHA-256 of 64 hexadecimal digits',
  (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
);

const machine = objectWith({
  cpu: words,
  cores: positiveCount,
  memoryGiB: notNegative,
  platform: words,
  arch: words,
  system: words,
});

/** What a run was made with. */
export const madeWithEntries = { engine, machine, versions: recordOf(words, 'versions') };

const change = objectWith({
  time: moment,
  step: count,
  settings: recordOf(objectWith({ before: v.unknown(), after: v.unknown() }), 'settings'),
});

/** Keys that are not named here stay as they are: other versions may have them. */
const configOf = (model: ModelName) =>
  objectWith({
    model: oneOfTexts([model]),
    settings: settingsSchema(networkOf(model)),
    data: objectWith({
      origin: words,
      form: words,
      verified: flag,
      train: count,
      validation: count,
      test: count,
      classNames: v.optional(classNames),
      digest: v.optional(sha256),
    }),
    ...madeWithEntries,
    started: moment,
    changes: v.optional(arrayOf(change, [0, 10_000], 'changes of settings')),
  });

/**
 * A run's `config.json`.
 *
 * @param path for messages.
 * @throws CliError when it is not a run's, not of this version, or a value in it breaks its rule.
 */
export function parseRunConfig(content: unknown, path: string): RunConfig {
  const record = (typeof content === 'object' && content !== null ? content : {}) as Record<string, unknown>;
  if (record.format !== configFormat) {
    throw new CliError(`${path} does not describe a run ("format" is not "${configFormat}"); give another folder`);
  }
  if (record.version !== configVersion) {
    throw new CliError(
      `${path}: "version" must be ${configVersion}, which this program reads, and is ${showValue(record.version)}; ` +
        'use a matching cifarlab',
    );
  }
  const model = models.find((name) => name === record.model);
  if (model === undefined) {
    throw new CliError(
      `${path}: "model" must be one of ${models.join(', ')}, and is ${showValue(record.model)}; correct it there, or use ` +
        'a newer cifarlab',
    );
  }
  const where = { place: path, remedy: 'correct it there, or restore the file from a copy' };
  return parseRecord(configOf(model), record, where) as unknown as RunConfig;
}
