import { fileURLToPath } from 'node:url';
import { isNodeEngine } from './node-engines.js';
import type { EngineName, Mode } from './protocol.js';
import { findPython } from './python.js';
import { UnsupportedError } from './unsupported-error.js';
import type { WorkerCommand } from './worker-process.js';

const NODE_WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));
const PYTHON_WORKER = fileURLToPath(new URL('../python/worker.py', import.meta.url));

/** Compiles in the worker itself: helpers of the compiler would stay, and take time from the measurements. */
const COMPILER = { TORCHINDUCTOR_COMPILE_THREADS: '1' };

/** An engine, and how it is set up. */
export interface Contestant {
  engine: EngineName;
  /** Method of the `ort` engine's 3x3 convolutions; default 'auto'. */
  convolution?: 'auto' | 'im2col' | 'winograd' | 'winograd-2x2';
  /** PyTorch's mode for networks, if a row distinguishes modes; default 'eager'. */
  mode?: Mode;
}

/**
 * Returns the command that starts a contestant's worker.
 *
 * @throws UnsupportedError when it is one in Python and no Python has the modules that it needs.
 */
export function workerCommand(
  { engine, convolution = 'auto', mode = 'eager' }: Contestant,
  threads: number,
): WorkerCommand {
  // Python's libraries read their number of threads when they are loaded.
  const env = { OMP_NUM_THREADS: `${threads}`, OPENBLAS_NUM_THREADS: `${threads}`, MKL_NUM_THREADS: `${threads}` };
  const args = ['--engine', engine, '--threads', `${threads}`];
  if (isNodeEngine(engine)) {
    return { command: process.execPath, args: [NODE_WORKER, ...args, '--convolution', convolution], env };
  }
  const python = findPython(engine === 'pytorch' ? ['numpy', 'torch'] : ['numpy']);
  if ('reason' in python) throw new UnsupportedError(python.reason);
  const how = ['--mode', mode, `--origin=${python.origin}`];
  return { command: python.command, args: [PYTHON_WORKER, ...args, ...how], env: { ...env, ...COMPILER } };
}
