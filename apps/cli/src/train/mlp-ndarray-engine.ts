import { GemmEngineError } from '@cifarlab/gemm';
import { type NdarrayBackend, ndarrayBackends } from '../backends/backend.js';
import { backendOfEngine, chooseNdarrayEngine, engineName, type NdarrayEngine } from '../backends/ndarray-engine.js';
import { reasonOf } from '../backends/reason.js';
import { CliError } from '../errors.js';
import type { RunConfig } from '../run-folder.js';
import type { Engine } from './engine-notes.js';

/** What the command line says about the engine. */
export interface EngineFlags {
  backend: NdarrayBackend | 'auto';
  threads?: number;
}

/**
 * Chooses what computes the matrix products of a new run.
 *
 * @throws UsageError when the flags contradict each other; CliError when the backend is not to be had here.
 */
export function engineOfNewRun({ backend, threads }: EngineFlags): Engine {
  try {
    return described(chooseNdarrayEngine(backend, threads));
  } catch (error) {
    if (!(error instanceof GemmEngineError)) throw error;
    const others = ['auto', ...ndarrayBackends].filter((name) => name !== backend);
    throw new CliError(`--backend ${backend}: ${reasonOf(error)} Or use one of ${others.join(', ')}`, { cause: error });
  }
}

/**
 * Chooses what computes the matrix products of a run that goes on: what it was made with, unless a flag says otherwise
 * or that is not to be had here.
 *
 * @param given names of the flags that were on the command line.
 * @throws as `engineOfNewRun`, for what the flags ask for.
 */
export function engineOfResumedRun(
  recorded: RunConfig['engine'],
  flags: EngineFlags,
  given: ReadonlySet<string>,
): Engine {
  const before = backendOfEngine(recorded.name);
  if (given.has('backend') || before === undefined) return engineOfNewRun(flags);
  const threads = flags.threads ?? (before === 'ort' ? (recorded.threads ?? undefined) : undefined);
  try {
    return described(chooseNdarrayEngine(before, threads));
  } catch (error) {
    if (!(error instanceof GemmEngineError)) throw error;
    return engineOfNewRun(flags);
  }
}

function described(engine: NdarrayEngine): Engine {
  const { backend, threads, version, reason, ortVersion } = engine;
  const record = { name: engineName(backend), threads };
  const software: Record<string, string> = ortVersion === undefined ? {} : { onnxruntime: ortVersion };
  return { backend, threads, version, reason: reason === undefined ? reason : reasonOf(reason), record, software };
}
