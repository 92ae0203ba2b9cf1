import { EngineError, type EngineFamily, type EngineName, type StartedEngine, startEngine } from '@cifarlab/engines';
import { describeFailure } from '../engine-failure.js';
import { CliError, UsageError } from '../errors.js';

/**
 * Starts what the flags ask for.
 *
 * @throws UsageError when the flags contradict each other; CliError when the engine does not work here.
 */
export async function startFromFlags<Family extends EngineFamily>(
  family: Family,
  { backend, threads }: { backend: EngineName<Family> | 'auto'; threads?: number },
): Promise<StartedEngine<Family>> {
  try {
    return await startEngine({ family, engine: backend, threads, folder: process.cwd() });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const Failure = error.code === 'UNAVAILABLE' ? CliError : UsageError;
    throw new Failure(describeFailure(error), { cause: error });
  }
}
