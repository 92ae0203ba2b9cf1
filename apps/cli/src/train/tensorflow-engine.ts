import { getBackend, version_core } from '@tensorflow/tfjs-core';
// Registers the gradients of TensorFlow.js's operations.
import '@tensorflow/tfjs-layers';
import { type TrainingBackend, trainingBackends } from '../backends/backend.js';
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
 * @throws CliError when the backend is not to be had here.
 */
export async function startEngine({ backend, threads }: TensorflowFlags): Promise<Engine> {
  if (backend !== 'auto') return { ...(await start(backend, threads)), reason: undefined };
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
 */
export async function restartEngine(
  recorded: RunConfig['engine'],
  flags: TensorflowFlags,
  given: ReadonlySet<string>,
): Promise<Engine> {
  const before = trainingBackends.find((backend) => engineName(backend) === recorded.name);
  if (given.has('backend') || before === undefined) return startEngine(flags);
  try {
    return { ...(await start(before, flags.threads ?? recorded.threads ?? undefined)), reason: undefined };
  } catch {
    return startEngine(flags);
  }
}

async function start(backend: TrainingBackend, threads: number | undefined): Promise<Omit<Engine, 'reason'>> {
  try {
    const started = await startTensorflow(backend, {
      folder: process.cwd(),
      seconds: 0,
      ...(threads === undefined ? {} : { threads }),
    });
    if (started.tf.getBackend() !== getBackend()) {
      throw new Error(
        'it belongs to another copy of @tensorflow/tfjs-core than this command line; install both in one folder',
      );
    }
    const { threads: count, version } = started;
    const record = { name: engineName(backend), threads: count };
    const software = { '@tensorflow/tfjs-core': version_core, engine: version };
    return { backend, threads: count, version, record, software };
  } catch (error) {
    const others = ['auto', ...trainingBackends].filter((name) => name !== backend);
    throw new CliError(`--backend ${backend}: ${reasonOf(error)}. Or use one of ${others.join(', ')}`, {
      cause: error,
    });
  }
}

function engineName(backend: TrainingBackend): string {
  return `tfjs ${backend}`;
}
