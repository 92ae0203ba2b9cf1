import { basename } from 'node:path';
import type { PretrainedSource } from '@cifarlab/pretrained';
import { SettingError } from '../../settings/setting-error.js';
import type { NetworkFacts, NewNetwork, Weights } from '../network.js';
import { noWeights } from './rules.js';
import type { FinetuneSettings } from './settings.js';

/** Pretrained weights, with the facts to record about them. */
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
  settings: { architecture, weights: wanted },
  cache: { cacheDir, offline },
  signal,
  tell,
}: Pick<NewNetwork<FinetuneSettings>, 'settings' | 'cache' | 'signal' | 'tell'>): Promise<StartWeights | undefined> {
  if (wanted === null || wanted === noWeights) return undefined;
  const { loadPretrained, pretrainedNames } = await import('@cifarlab/pretrained');
  const options = { cacheDir, offline, signal, onProgress: tell };
  const { state, source } = pretrainedNames.some((name) => name === wanted)
    ? await loadPretrained(wanted, options)
    : await loadPretrained(architecture, { ...options, file: wanted });
  const facts = {
    weights: recordedSource(source),
    'licence of the weights': source.licence ?? 'not known',
    'SHA-256 of the weights': source.sha256,
  };
  for (const [what, value] of Object.entries({ ...facts, weights: source.from })) {
    tell({ phase: 'note', message: `${what} : ${value}` });
  }
  return { weights: state, facts };
}

/** Names a source without this machine's folders and the address of an index, which may be private: runs are passed on. */
export function recordedSource({ origin, from }: Pick<PretrainedSource, 'origin' | 'from'>): string {
  return origin === 'given' ? from : `${basename(from)} (${origin})`;
}

/** Says that weights do not fit the architecture that they were given for. */
export function unfitWeights({ architecture, weights }: FinetuneSettings, cause: Error): SettingError {
  const fault = { setting: 'weights', value: weights, rule: `do not fit ${architecture} (${cause.message})` };
  return new SettingError({ ...fault, remedy: 'give weights of the same architecture' }, { cause });
}
