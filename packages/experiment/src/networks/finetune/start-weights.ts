import { SettingError } from '../../settings/setting-error.js';
import type { NetworkFacts, NewNetwork, Weights } from '../network.js';
import { noWeights } from './rules.js';
import type { FinetuneSettings } from './settings.js';

/** Pretrained weights, with what there is to record of them. */
export interface StartWeights {
  weights: Weights;
  facts: NetworkFacts;
}

/**
 * Loads the weights that a training starts from.
 *
 * @returns undefined where it starts from none.
 */
export async function startWeights({
  settings: { weights: wanted },
  cache: { cacheDir, offline },
  signal,
  tell,
}: Pick<NewNetwork<FinetuneSettings>, 'settings' | 'cache' | 'signal' | 'tell'>): Promise<StartWeights | undefined> {
  if (wanted === null || wanted === noWeights) return undefined;
  const { decodeSafetensors } = await import('@cifarlab/safetensors');
  const { readFile } = await import('node:fs/promises');
  const { createHash } = await import('node:crypto');
  void cacheDir;
  void offline;
  void signal;
  const bytes = await readFile(wanted);
  const state = decodeSafetensors(bytes).tensors as never as Weights;
  const facts = { weights: wanted, 'SHA-256 of the weights': createHash('sha256').update(bytes).digest('hex') };
  for (const [what, value] of Object.entries(facts)) tell({ phase: 'note', message: `${what} : ${value}` });
  return { weights: state, facts };
}

/** Says that weights do not fit the architecture that they were given for. */
export function unfitWeights({ architecture, weights }: FinetuneSettings, cause: Error): SettingError {
  const fault = { setting: 'weights', value: weights, rule: `do not fit ${architecture} (${cause.message})` };
  return new SettingError({ ...fault, remedy: 'give weights of the same architecture' }, { cause });
}
