import { GemmEngineError } from '@cifarlab/gemm';
import { type NdarrayBackend, ndarrayBackends } from '../backends/backend.js';
import { backendOfEngine, chooseNdarrayEngine, engineName, type NdarrayEngine } from '../backends/ndarray-engine.js';
import { reasonOf } from '../backends/reason.js';
import { CliError } from '../errors.js';
import type { RunConfig } from '../run-folder.js';

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
export function engineOfNewRun({ backend, threads }: EngineFlags): NdarrayEngine {
  try {
    return chooseNdarrayEngine(backend, threads);
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
): NdarrayEngine {
  const before = backendOfEngine(recorded.name);
  if (given.has('backend') || before === undefined) return engineOfNewRun(flags);
  const threads = flags.threads ?? (before === 'ort' ? recorded.threads : undefined);
  try {
    return chooseNdarrayEngine(before, threads);
  } catch (error) {
    if (!(error instanceof GemmEngineError)) throw error;
    return engineOfNewRun(flags);
  }
}

/** What `config.json` records. */
export function recordOf({ backend, threads }: NdarrayEngine): RunConfig['engine'] {
  return { name: engineName(backend), threads };
}

/** What a person should know about the engine before the run starts. */
export function engineNotes(engine: NdarrayEngine, recorded: RunConfig['engine'] | undefined, flags: EngineFlags) {
  const { backend, threads, version, reason } = engine;
  const lines = [`backend : ${backend} (${version})`, `threads : ${threads}`];
  if (reason !== undefined) lines.push(`note: --backend auto takes ${backend}, the fastest here: ${reasonOf(reason)}`);
  if (flags.threads !== undefined && flags.threads !== threads) {
    lines.push(`warning: --threads ${flags.threads} has no effect on ${backend}, which computes with ${threads}`);
  }
  const now = recordOf(engine);
  if (recorded !== undefined && (recorded.name !== now.name || recorded.threads !== now.threads)) {
    const named = ({ name, threads }: RunConfig['engine']) => `${name} on ${threads} thread${threads === 1 ? '' : 's'}`;
    lines.push(
      `warning: the run was made with ${named(recorded)} and goes on with ${named(now)}: ` +
        'its numbers will not be those of an unbroken run, bit for bit',
    );
  }
  return lines;
}
