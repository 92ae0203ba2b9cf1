import { startAutomatically } from './automatic.js';
import type { EngineFamily, EngineName, EngineOptions, EngineRecord, StartedEngine } from './engine.js';
import { EngineError } from './engine-error.js';
import { engineOfRecord } from './record.js';
import { engineNames, enginesOf } from './registry.js';
import { alternativesTo, startRegistered } from './start-registered.js';

/** The engine to start. */
export interface EngineRequest<Family extends EngineFamily = EngineFamily> extends EngineOptions {
  /** The family that it computes for. */
  family: Family;
  /** Its name. Default `auto`: the fastest that works here and trains every network of the family. */
  engine?: EngineName<Family> | 'auto' | undefined;
}

/** The engine to start again, if a record names an earlier one. */
export interface RestartRequest<Family extends EngineFamily = EngineFamily> extends EngineRequest<Family> {
  /** Takes precedence over the record. Default: the recorded engine if that works, else the fastest that does. */
  engine?: EngineName<Family> | 'auto' | undefined;
  /** Takes precedence over the record. Default: as many as recorded. */
  threads?: number | undefined;
}

/**
 * Starts an engine in this process: what its family computes from now on is computed by it.
 *
 * An engine of TensorFlow.js becomes the backend in use; the gradients of TensorFlow.js's operations are registered, and
 * its production mode is turned on, in which it does not write to the console.
 *
 * @throws EngineError when the engine does not work here, or not with this many threads.
 */
export async function startEngine<Family extends EngineFamily>({
  family,
  engine = 'auto',
  ...options
}: EngineRequest<Family>): Promise<StartedEngine<Family>> {
  if (engine === 'auto') return startAutomatically(family, options);
  const row = enginesOf(family).find(({ name }) => name === engine);
  if (row === undefined) {
    const alternatives = ['auto' as const, ...engineNames(family)];
    throw new EngineError('UNKNOWN', { family, engine, reason: 'nothing has that name', alternatives });
  }
  const { threads } = options;
  if (!row.multithreaded && threads !== undefined && threads !== 1) {
    const alternatives = alternativesTo(row).filter((name) => name !== 'auto' && isMultithreaded(family, name));
    throw new EngineError('ONE_THREAD', { family, engine, reason: 'it has one', alternatives, threads });
  }
  return startRegistered(row, options);
}

/**
 * Starts the engine that a record names, so that what continues has the numbers it would have had unbroken.
 *
 * @param recorded what `StartedEngine.record` was then.
 * @throws EngineError as `startEngine` does, for what the request asks for itself.
 */
export async function restartEngine<Family extends EngineFamily>(
  recorded: EngineRecord,
  { engine, ...request }: RestartRequest<Family>,
): Promise<StartedEngine<Family>> {
  const before = engineOfRecord(request.family, recorded);
  if (engine !== undefined || before === undefined) return startEngine({ ...request, engine });
  try {
    const threads = request.threads ?? recorded.threads ?? undefined;
    return await startEngine({ ...request, engine: before.name, threads });
  } catch (error) {
    if (isAskedFor(error, request)) throw error;
    return startEngine(request);
  }
}

/** Returns whether the request itself is at fault, and not what was recorded. */
function isAskedFor(error: unknown, { threads }: EngineOptions): boolean {
  if (!(error instanceof EngineError)) return true;
  return error.code !== 'UNAVAILABLE' && threads !== undefined;
}

function isMultithreaded(family: EngineFamily, engine: EngineName): boolean {
  return enginesOf(family).some(({ name, multithreaded }) => name === engine && multithreaded);
}
