import { enableProdMode, version_core } from '@tensorflow/tfjs-core';
// Registers the gradients of TensorFlow.js's operations.
import '@tensorflow/tfjs-layers';
import { type TrainingBackend, trainingBackends } from '../backends/backend.js';
import { refuseThreads } from '../backends/check-threads.js';
import { reasonOf } from '../backends/reason.js';
import { startTensorflow } from '../backends/start-tensorflow.js';
import type { TensorflowFlags } from '../commands/engine-options.js';
import { CliError } from '../errors.js';
import type { RunConfig } from '../run-folder.js';
import type { Engine } from './engine-notes.js';

/** What `auto` tries, the fastest first; wasm lacks the gradients of convolutions. */
const automatic = ['ort', 'tfjs-node-gpu', 'tfjs-node', 'cpu'] as const satisfies TrainingBackend[];

/**
 * Starts what computes a new run, or what reads one.
 *
 * @throws UsageError when the flags contradict each other; CliError when the backend is not to be had here.
 */
export async function startEngine({ backend, threads }: TensorflowFlags): Promise<Engine> {
  if (backend !== 'auto') return { ...(await startNamed(backend, threads)), reason: undefined };
  let reason: string | undefined;
  for (const name of automatic) {
    try {
      return { ...(await start(name, threads)), reason };
    } catch (error) {
      reason ??= error instanceof CliError && error.cause ? reasonOf(error.cause) : reasonOf(error);
    }
  }
  throw new CliError(`--backend auto: no backend of TensorFlow.js works here: ${reason}`);
}

/**
 * Starts what a run goes on with: what it was made with, unless a flag says otherwise or that is not to be had here.
 *
 * @param given names of the flags that were on the command line.
 * @throws as `startEngine`, for what the flags ask for.
 */
export async function restartEngine(
  recorded: RunConfig['engine'],
  flags: TensorflowFlags,
  given: ReadonlySet<string>,
): Promise<Engine> {
  const before = trainingBackends.find((backend) => engineName(backend) === recorded.name);
  if (given.has('backend') || before === undefined) return startEngine(flags);
  try {
    return { ...(await startNamed(before, flags.threads ?? recorded.threads ?? undefined)), reason: undefined };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return startEngine(flags);
  }
}

async function startNamed(backend: TrainingBackend, threads: number | undefined): Promise<Omit<Engine, 'reason'>> {
  if (backend === 'cpu') refuseThreads(backend, threads);
  return start(backend, threads);
}

async function start(backend: TrainingBackend, threads: number | undefined): Promise<Omit<Engine, 'reason'>> {
  // Keeps TensorFlow.js from writing to the console, its advice to install another backend above all.
  enableProdMode();
  try {
    const warnings: string[] = [];
    const {
      threads: count,
      version,
      memoryLimit,
    } = await startTensorflow(backend, {
      folder: process.cwd(),
      seconds: 0,
      onWarning: (message) => warnings.push(reasonOf(message)),
      ...(threads === undefined ? {} : { threads }),
    });
    const record = { name: engineName(backend), threads: count };
    const software = { '@tensorflow/tfjs-core': version_core, engine: version };
    return { backend, threads: count, version, record, software, memoryLimit, warnings };
  } catch (error) {
    const others = ['auto', ...automatic].filter((name) => name !== backend);
    const reason = reasonOf(error).replace(/\.?$/, '.');
    throw new CliError(`--backend ${backend}: ${reason} Or use one of ${others.join(', ')}`, { cause: error });
  }
}

function engineName(backend: TrainingBackend): string {
  return `tfjs ${backend}`;
}
