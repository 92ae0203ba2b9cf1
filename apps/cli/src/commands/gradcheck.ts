import { EngineError, type EngineName, engineNames, startEngine } from '@cifarlab/engines';
import { wholeNumberBetween } from '@cifarlab/experiment';
import {
  checkGradients,
  type GradientResult,
  layerNames,
  type Precision,
  precisions,
  resultLines,
  type TensorflowStart,
  UnknownLayerError,
} from '@cifarlab/gradient-suite';
import type { Command } from 'commander';
import { choice, ruled } from '../flags/options.js';
import { type Io, printResult } from '../terminal/io.js';
import { describeError, type ExitCode, exitCodes, UsageError } from '../words/errors.js';
import { newsPrinter } from '../words/news.js';

interface GradcheckFlags {
  precision: Precision | 'all';
  backend: EngineName<'tensorflow.js'> | 'auto';
  seed: number;
  json: boolean;
}

/**
 * Adds `gradcheck [layer...]`, which checks every hand-written gradient against central differences, and in float32
 * against those in float64.
 */
export function addGradcheckCommand(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  const backends = ['auto', ...engineNames('tensorflow.js', { trains: 'dense' })] as const;
  program
    .command('gradcheck')
    .description('check hand-written gradients: in float64 against central differences, in float32 against those')
    .argument('[layer...]', `some of ${layerNames.join(', ')} (default: all)`)
    .addOption(choice('--precision <name>', 'what is checked', ['all', ...precisions], 'all'))
    .addOption(choice('--backend <name>', 'what computes gradients in TensorFlow.js', backends, 'auto'))
    .addOption(ruled('--seed <seed>', 'of the random sizes and inputs', wholeNumberBetween(0, 0xffffffff)).default(42))
    .option('--json', 'print one JSON object a line', false)
    .action(async (layers: string[], flags: GradcheckFlags) => exit(await gradcheck(layers, flags, io)));
}

async function gradcheck(layers: readonly string[], flags: GradcheckFlags, io: Io): Promise<ExitCode> {
  const { precision, backend, seed, json } = flags;
  const results: GradientResult[] = [];
  // All of them, so that a backend that is not available prints none, and the table knows its widths.
  try {
    const startTensorflow = () => startBackend(backend, io);
    const checked = precision === 'all' ? precisions : [precision];
    for await (const result of checkGradients({ layers, precisions: checked, seed, startTensorflow })) {
      results.push(result);
    }
  } catch (error) {
    throw error instanceof UnknownLayerError ? new UsageError(error.message) : error;
  }
  const lines = json ? results.map((result) => JSON.stringify(result)) : resultLines(results);
  for (const line of lines) printResult(io, line);
  return results.some(({ passed }) => passed === false) ? exitCodes.failed : exitCodes.done;
}

async function startBackend(backend: EngineName<'tensorflow.js'> | 'auto', io: Io): Promise<TensorflowStart> {
  try {
    // Computes the ops that kernels of webgpu stand for, as it does beside ort.
    if (backend === 'webgpu') await startEngine({ family: 'tensorflow.js', engine: 'cpu' });
    const engine = await startEngine({ family: 'tensorflow.js', engine: backend, folder: process.cwd() });
    newsPrinter(io)({ type: 'engine', engine, choice: {}, recorded: undefined });
    const withoutOrt = `--backend ${engine.name} does not have it; leave it out or use --backend ort`;
    return { name: engine.name, withoutOrt: engine.reason ?? withoutOrt };
  } catch (error) {
    if (backend !== 'auto' || !(error instanceof EngineError) || error.code !== 'UNAVAILABLE') throw error;
    return { unavailable: describeError(error) };
  }
}
