import type { EngineRecord } from '@cifarlab/engines';
import * as v from 'valibot';
import type { Network, NetworkFacts } from '../networks/network.js';
import type { TrainingSettings } from '../settings/network-settings.js';
import { settingsSchema } from '../settings/settings-schema.js';
import { RecordError } from './record-error.js';
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

/** Name of the format, with which a run's `config.json` begins. */
export const configFormat = 'cifarlab-run';

/** The version of it that this program writes and reads. */
export const configVersion = 1;

/** Record of a run in `config.json`: enough to repeat it and to tell what it ran on. */
export interface RunConfig {
  format: typeof configFormat;
  version: typeof configVersion;
  /** The network's name. */
  model: string;
  /** Settings of its training. */
  settings: TrainingSettings;
  /** The images that it was trained on. */
  data: {
    origin: string;
    form: string;
    verified: boolean;
    train: number;
    validation: number;
    test: number;
    /** Names of the classes, indexed by class number; missing in runs of versions that knew only CIFAR-10's ten. */
    classNames?: readonly string[];
    /** Side of the images, in pixels, where it is not 32. */
    side?: number;
    /** The images' and labels' `contentDigest`; missing in runs of versions that did not record it. */
    digest?: string;
  };
  /** Facts about the network beside its settings: where its weights come from, say. */
  network?: NetworkFacts;
  /** Versions of Node and of everything that shapes the numbers. */
  versions: Record<string, string>;
  /** The engine that computed it. */
  engine: EngineRecord;
  /** The machine that computed it. */
  machine: Machine;
  /** Start of the training: ISO 8601, UTC. */
  started: string;
  /** Changes of the settings since then, in order; `settings` holds the latest. */
  changes?: readonly RunChange[];
  /** Sessions in which it was trained, in order; missing in runs of versions that did not record them. */
  sessions?: readonly RunSession[];
}

/** One process that has trained a run, from its start or from a checkpoint on. */
export interface RunSession {
  /** Start of the session: ISO 8601, UTC. */
  started: string;
  /** Training steps done before. */
  step: number;
  /** The name of its machine. */
  host: string;
  /** Its processor's model. */
  cpu: string;
  /** The job of a cluster that it was part of: `slurm 1234_5`; null outside of one. */
  job: string | null;
  /** The engine that computed it. */
  engine: EngineRecord;
  /** The version of Node. */
  node: string;
}

/** Sessions that are kept, the latest. */
export const mostSessions = 10_000;

/** The machine that a run was made on, for whoever wants to repeat it. */
export interface Machine {
  /** Its processor's model. */
  cpu: string;
  /** Cores that this process may use. */
  cores: number;
  /** Main memory. */
  memoryGiB: number;
  /** `linux`, `darwin`, `win32`. */
  platform: string;
  /** `x64`, `arm64`. */
  arch: string;
  /** The release of the operating system. */
  system: string;
}

/** Settings that a run was continued with in place of earlier ones. */
export interface RunChange {
  /** Time of the change: ISO 8601, UTC. */
  time: string;
  /** Training steps done before. */
  step: number;
  /** Settings by name, each before and after the change. */
  settings: Record<string, { before: unknown; after: unknown }>;
}

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

/** Schemas of the engine, the machine and the versions that a run was made with. */
export const madeWithEntries = { engine, machine, versions: recordOf(words, 'versions') };

/** Something to know of a network. */
const fact = v.union([words, v.pipe(v.number(), v.finite())], 'a text of at most 500 characters, or a number');

const change = objectWith({
  time: moment,
  step: count,
  settings: recordOf(objectWith({ before: v.unknown(), after: v.unknown() }), 'settings'),
});

const session = objectWith({
  ...{ started: moment, step: count, host: words, cpu: words, job: v.nullable(words), engine, node: words },
});

/** Keys that are not named here stay as they are: other versions may have them. */
const configOf = (network: Network) =>
  objectWith({
    model: oneOfTexts([network.name]),
    settings: settingsSchema(network),
    data: objectWith({
      origin: words,
      form: words,
      verified: flag,
      train: count,
      validation: count,
      test: count,
      classNames: v.optional(classNames),
      side: v.optional(positiveCount),
      digest: v.optional(sha256),
    }),
    network: v.optional(recordOf(fact, 'facts')),
    ...madeWithEntries,
    started: moment,
    changes: v.optional(arrayOf(change, [0, 10_000], 'changes of settings')),
    sessions: v.optional(arrayOf(session, [0, mostSessions], 'sessions')),
  });

/**
 * Checks a run's `config.json`.
 *
 * @param path for messages.
 * @param networks of which the run must have one.
 * @throws RecordError when it is not a run's, not of this version, or a value in it breaks its rule.
 */
export function parseRunConfig(
  content: unknown,
  path: string,
  networks: readonly Network[],
): { config: RunConfig; network: Network } {
  const record = (typeof content === 'object' && content !== null ? content : {}) as Record<string, unknown>;
  if (record.format !== configFormat) {
    const rule = `does not describe a run ("format" is not "${configFormat}")`;
    throw new RecordError({ place: path, rule, remedy: 'give another folder' });
  }
  if (record.version !== configVersion) {
    const rule = `must be ${configVersion}, which this program reads, and is ${showValue(record.version)}`;
    throw new RecordError({ place: path, key: 'version', rule, remedy: 'use a matching cifarlab' });
  }
  const network = networks.find(({ name }) => name === record.model);
  if (network === undefined) {
    const names = networks.map(({ name }) => name);
    const rule = `must be one of ${names.join(', ')}, and is ${showValue(record.model)}`;
    const remedy = 'correct it there, or use a newer cifarlab';
    throw new RecordError({ place: path, key: 'model', rule, remedy });
  }
  const where = { place: path, remedy: 'correct it there, or restore the file from a copy' };
  return { config: parseRecord(configOf(network), record, where) as unknown as RunConfig, network };
}
