import type * as v from 'valibot';
import { objectWith } from '../../records/schemas.js';
import { rowOf } from '../../settings/table.js';
import { classCount } from '../class-count.js';
import type { ArchitectureName } from './architectures.js';

/** Description from which a fine-tuned network can be made again, without its weights. */
export interface FinetuneConfig {
  /** The network's architecture. */
  architecture: ArchitectureName;
  /** Units of the last layer. */
  numClasses: number;
  /** Side that it sees images at, in pixels. */
  resolution: number;
}

/** Schema of the config of a checkpoint. */
export const finetuneConfig = objectWith({
  architecture: rowOf('architecture').rule.schema,
  numClasses: classCount,
  resolution: rowOf('resolution').rule.schema,
}) as v.GenericSchema<unknown, FinetuneConfig>;
