import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { Value } from '@bufbuild/protobuf/wkt';
import { invalid } from './error.js';
import { type Summary, type Summary_Value, SummarySchema, Tensor_DataType } from './generated/event_pb.js';
import { DataType, HParamsPluginDataSchema, Status } from './generated/hparams_pb.js';

/** The value of a hyperparameter. */
export type HyperparameterValue = string | number | boolean;

/** Start of a session of training. */
export interface SessionStart {
  /** Hyperparameters by name, as TensorBoard's table shows them. */
  readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
  /** Sessions of one group, those with other seeds say, share a row of the table. Default: a row for each session. */
  readonly group?: string | undefined;
  /** Default: now. */
  readonly time?: Date | undefined;
}

/** End of a session of training. */
export interface SessionEnd {
  /** Whether it ended as it should. */
  readonly status: 'success' | 'failure';
  /** Default: now. */
  readonly time?: Date | undefined;
}

/** Description that the sessions in all folders that TensorBoard shows together have in common. */
export interface Experiment {
  /** Names of the hyperparameters, with the type of their values: the columns of the table, and no others. */
  readonly hyperparameters: Readonly<Record<string, 'string' | 'number' | 'boolean'>>;
  /** Tags of the scalars whose last values are columns too. */
  readonly metrics: readonly string[];
  /** Default: none. */
  readonly description?: string | undefined;
  /** Default: now. */
  readonly time?: Date | undefined;
}

const PLUGIN = 'hparams';
const TAGS = {
  experiment: '_hparams_/experiment',
  sessionStartInfo: '_hparams_/session_start_info',
  sessionEndInfo: '_hparams_/session_end_info',
} as const;
const DATA_TYPES = { string: DataType.STRING, boolean: DataType.BOOL, number: DataType.FLOAT64 } as const;
const STATUSES = { success: Status.SUCCESS, failure: Status.FAILURE } as const;

type PluginData = NonNullable<MessageInitShape<typeof HParamsPluginDataSchema>['data']>;

/** Makes the summary that starts a session. */
export function sessionStartSummary({ hyperparameters, group = '', time = new Date() }: SessionStart): Summary {
  const hparams = Object.fromEntries(
    Object.entries(hyperparameters).map(([name, value]) => [name, { kind: kindOf(name, value) }]),
  );
  const value = { hparams, groupName: group, startTimeSecs: seconds(time) };
  return hparamsSummary({ case: 'sessionStartInfo', value });
}

/** Makes the summary that ends a session. */
export function sessionEndSummary({ status, time = new Date() }: SessionEnd): Summary {
  return hparamsSummary({ case: 'sessionEndInfo', value: { status: STATUSES[status], endTimeSecs: seconds(time) } });
}

/** Makes the summary of an experiment. */
export function experimentSummary(experiment: Experiment): Summary {
  const { hyperparameters, metrics, description = '', time = new Date() } = experiment;
  const value = {
    description,
    timeCreatedSecs: seconds(time),
    hparamInfos: Object.entries(hyperparameters).map(([name, type]) => ({ name, type: DATA_TYPES[type] })),
    metricInfos: metrics.map((tag) => ({ name: { tag } })),
  };
  return hparamsSummary({ case: 'experiment', value });
}

/** A part of a session, as an event file holds it. */
export type SessionPart =
  | { readonly kind: 'start'; readonly hyperparameters: Record<string, HyperparameterValue>; readonly time: Date }
  | { readonly kind: 'end' | 'experiment' };

/** Reads the part of a session from a value; undefined for one that is not the plugin's. */
export function sessionPart({ metadata }: Summary_Value): SessionPart | undefined {
  if (metadata?.pluginData?.pluginName !== PLUGIN) return undefined;
  const { data } = fromBinary(HParamsPluginDataSchema, metadata.pluginData.content);
  if (data.case !== 'sessionStartInfo') return { kind: data.case === 'sessionEndInfo' ? 'end' : 'experiment' };
  const entries = Object.entries(data.value.hparams).flatMap(([name, { kind }]) =>
    kind.case === 'stringValue' || kind.case === 'numberValue' || kind.case === 'boolValue'
      ? [[name, kind.value] as const]
      : [],
  );
  const time = new Date(Math.round(1000 * data.value.startTimeSecs));
  return { kind: 'start', hyperparameters: Object.fromEntries(entries), time };
}

function hparamsSummary(data: PluginData & { case: keyof typeof TAGS }): Summary {
  const content = toBinary(HParamsPluginDataSchema, create(HParamsPluginDataSchema, { data }));
  const metadata = { pluginData: { pluginName: PLUGIN, content } };
  // TensorBoard wants a tensor with every summary, if only an empty one.
  const tensor = { dtype: Tensor_DataType.DT_FLOAT, tensorShape: { dim: [{ size: 0n }] } };
  const value = [{ tag: TAGS[data.case], metadata, value: { case: 'tensor', value: tensor } as const }];
  return create(SummarySchema, { value });
}

function kindOf(name: string, value: HyperparameterValue): Value['kind'] {
  if (typeof value === 'string') return { case: 'stringValue', value };
  if (typeof value === 'boolean') return { case: 'boolValue', value };
  if (typeof value === 'number' && Number.isFinite(value)) return { case: 'numberValue', value };
  throw invalid(
    `the hyperparameter ${JSON.stringify(name)} is ${String(value)}: give a finite number, a text or a boolean`,
  );
}

function seconds(time: Date): number {
  return time.getTime() / 1000;
}
