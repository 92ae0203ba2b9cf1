import {
  EngineError,
  type EngineFamily,
  type EngineName,
  type EngineRecord,
  restartEngine,
  type StartedEngine,
  startEngine,
} from '@cifarlab/engines';
import { CliError, UsageError } from '../errors.js';

/** What the command line says about what computes. */
export interface EngineFlags<Family extends EngineFamily = EngineFamily> {
  backend: EngineName<Family> | 'auto';
  threads?: number;
}

/**
 * Starts what computes a new run, or what reads one.
 *
 * @throws UsageError when the flags contradict each other; CliError when the engine does not work here.
 */
export function startFromFlags<Family extends EngineFamily>(
  family: Family,
  { backend, threads }: EngineFlags<Family>,
): Promise<StartedEngine<Family>> {
  return inFlags(startEngine({ family, engine: backend, threads, folder: process.cwd() }));
}

/**
 * Starts what a run goes on with: what it was made with, unless a flag says otherwise or that does not work here.
 *
 * @param given names of the flags that were on the command line.
 * @throws as `startFromFlags`, for what the flags ask for.
 */
export function restartFromFlags<Family extends EngineFamily>(
  family: Family,
  recorded: EngineRecord,
  { backend, threads }: EngineFlags<Family>,
  given: ReadonlySet<string>,
): Promise<StartedEngine<Family>> {
  const engine = given.has('backend') ? backend : undefined;
  return inFlags(restartEngine(recorded, { family, engine, threads, folder: process.cwd() }));
}

/** What fails is said in the words of the command line. */
async function inFlags<T>(starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const Failure = error.code === 'UNAVAILABLE' ? CliError : UsageError;
    throw new Failure(describeFailure(error), { cause: error });
  }
}

function describeFailure({ code, engine, reason, alternatives, threads }: EngineError): string {
  if (code === 'THREADS') return `--threads: ${reason}`;
  if (code === 'ONE_THREAD') {
    return (
      `--threads ${threads} has no meaning for --backend ${engine}, which computes with one thread; ` +
      `leave it out or use --backend ${alternatives[0]}`
    );
  }
  if (alternatives.length === 0) return `--backend ${engine}: no backend of TensorFlow.js works here: ${reason}`;
  return `--backend ${engine}: ${reason.replace(/\.?$/, '.')} Or use one of ${alternatives.join(', ')}`;
}
