import type { Engine, EngineFamily, EngineOptions, StartedEngine } from './engine.js';
import { EngineError } from './engine-error.js';
import { chooseGemm } from './ndarray/gemm.js';
import { reasonOf } from './reason.js';
import { engineNames, enginesOf } from './registry.js';
import { failureOf, startRegistered } from './start-registered.js';

/**
 * Starts the fastest engine of a family that works here, of those that train every network of the family.
 *
 * @throws EngineError when none does, or not with this many threads.
 */
export function startAutomatically<Family extends EngineFamily>(
  family: Family,
  options: EngineOptions,
): Promise<StartedEngine<Family>> {
  const candidates = enginesOf(family).filter(({ trains }) => trains === 'convolutional');
  return family === 'ndarray' ? startGemmsChoice(family, candidates, options) : startFirst(family, candidates, options);
}

async function startFirst<Family extends EngineFamily>(
  family: Family,
  candidates: readonly Engine<Family>[],
  options: EngineOptions,
): Promise<StartedEngine<Family>> {
  let first: EngineError | undefined;
  for (const candidate of candidates) {
    try {
      return { ...(await startRegistered(candidate, options)), reason: first?.reason };
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'UNAVAILABLE') throw error;
      first ??= error;
    }
  }
  const reason = first?.reason ?? 'it has no engines';
  throw new EngineError('UNAVAILABLE', { family, engine: 'auto', reason, alternatives: [] }, { cause: first });
}

/** Leaves the choice to `@cifarlab/gemm`, which makes it by itself where nobody does, or reads it from its environment variable. */
async function startGemmsChoice<Family extends EngineFamily>(
  family: Family,
  candidates: readonly Engine<Family>[],
  options: EngineOptions,
): Promise<StartedEngine<Family>> {
  const { threads } = options;
  try {
    const { name, reason } = await chooseGemm('auto', threads);
    const chosen = candidates.find((engine) => engine.name === name)!;
    return { ...(await startRegistered(chosen, options)), reason: reason === undefined ? undefined : reasonOf(reason) };
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw failureOf(error, { family, engine: 'auto', alternatives: engineNames(family), threads });
  }
}
