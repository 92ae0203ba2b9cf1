import type { Engine, EngineFamily, EngineName, EngineOptions, StartedEngine } from './engine.js';
import { EngineError, type EngineFault } from './engine-error.js';
import { reasonOf } from './reason.js';
import { engineNames } from './registry.js';

/**
 * Starts an engine of the registry.
 *
 * @throws EngineError with whatever kept it from starting as its cause.
 */
export async function startRegistered<Family extends EngineFamily>(
  engine: Engine<Family>,
  { folder = process.cwd(), onWarning, ...options }: EngineOptions,
): Promise<StartedEngine<Family>> {
  const { family, name, device, recordName } = engine;
  const warnings: string[] = [];
  let starting = true;
  const warn = (message: string) => {
    const line = reasonOf(message);
    if (starting) warnings.push(line);
    onWarning?.(line);
  };
  try {
    const running = await engine.start({ ...options, folder, onWarning: warn });
    const record = { name: recordName, threads: running.threads };
    return { ...running, family, name, device, reason: undefined, warnings, record };
  } catch (error) {
    const { threads } = options;
    throw failureOf(error, { family, engine: name, alternatives: alternativesTo(engine), threads });
  } finally {
    starting = false;
  }
}

/** Lists the names that can be asked for instead: those that `auto` would try. */
export function alternativesTo<Family extends EngineFamily>({
  family,
  name,
}: Pick<Engine<Family>, 'family' | 'name'>): (EngineName<Family> | 'auto')[] {
  const others = engineNames(family, { trains: 'convolutional' }).filter((other) => other !== name);
  return ['auto', ...others];
}

/** Makes an EngineError of whatever kept an engine from starting. */
export function failureOf(error: unknown, request: Omit<EngineFault, 'reason'>): EngineError {
  // ONNX Runtime's own word for a number of threads that it does not take, or no longer takes in this process.
  const isThreads = request.threads !== undefined && (error as Partial<Error> | null)?.name === 'RangeError';
  const fault = { ...request, reason: reasonOf(error) };
  return new EngineError(isThreads ? 'THREADS' : 'UNAVAILABLE', fault, { cause: error });
}
