import { type EngineName, engineNames } from '@cifarlab/engines';
import { wholeNumberBetween } from '@cifarlab/experiment';
import {
  checkGradients,
  type GradientResult,
  layerNames,
  type Precision,
  precisions,
  type TensorflowStart,
  UnknownLayerError,
} from '@cifarlab/gradient-suite';
import { type Command, Option } from 'commander';
import { CliError, describeError, type ExitCode, exitCodes, UsageError } from '../errors.js';
import { valueBy } from '../flags.js';
import { table } from '../gradcheck/table.js';
import { type Io, printNote, printResult } from '../io.js';
import { startFromFlags } from './engine.js';
import { engineNotes } from './engine-notes.js';
import { choice } from './options.js';

interface GradcheckFlags {
  precision: Precision | 'all';
  backend: EngineName<'tensorflow.js'> | 'auto';
  seed: number;
  json: boolean;
}

const titles: Record<Precision, string> = {
  float64: 'float64, against central differences',
  float32: 'float32, against the gradients in float64',
};

/** `gradcheck [layer...]`: every hand-written gradient against central differences, and in float32 against those. */
export function addGradcheckCommand(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  program
    .command('gradcheck')
    .description('check hand-written gradients: in float64 against central differences, in float32 against those')
    .argument('[layer...]', `some of ${layerNames.join(', ')} (default: all)`)
    .addOption(choice('--precision <name>', 'what is checked', ['all', ...precisions], 'all'))
    .addOption(
      choice(
        '--backend <name>',
        'what computes gradients in TensorFlow.js',
        ['auto', ...engineNames('tensorflow.js', { trains: 'dense' })],
        'auto',
      ),
    )
    .addOption(
      new Option('--seed <seed>', 'of the random sizes and inputs')
        .default(42)
        .argParser(valueBy(wholeNumberBetween(0, 0xffffffff))),
    )
    .option('--json', 'print one JSON object a line', false)
    .action(async (layers: string[], flags: GradcheckFlags) => exit(await gradcheck(layers, flags, io)));
}

async function gradcheck(layers: readonly string[], flags: GradcheckFlags, io: Io): Promise<ExitCode> {
  const { precision, backend, json } = flags;
  const results = await resultsOf(() =>
    checkGradients({
      layers,
      precisions: precision === 'all' ? precisions : [precision],
      seed: flags.seed,
      startTensorflow: () => startTensorflow(backend, io),
    }),
  );
  const lines = json ? results.map((result) => JSON.stringify(result)) : tables(results);
  for (const line of lines) printResult(io, line);
  return results.some(({ passed }) => passed === false) ? exitCodes.failed : exitCodes.done;
}

/** All results, so that a backend that is not available prints none, and the table knows its widths. */
async function resultsOf(check: () => AsyncIterable<GradientResult>): Promise<GradientResult[]> {
  const results: GradientResult[] = [];
  try {
    for await (const result of check()) results.push(result);
  } catch (error) {
    throw error instanceof UnknownLayerError ? new UsageError(error.message) : error;
  }
  return results;
}

async function startTensorflow(backend: EngineName<'tensorflow.js'> | 'auto', io: Io): Promise<TensorflowStart> {
  try {
    const engine = await startFromFlags('tensorflow.js', { backend });
    for (const line of engineNotes(engine, undefined, {})) printNote(io, line);
    const withoutOrt = `--backend ${engine.name} does not have it; leave it out or use --backend ort`;
    return { name: engine.name, withoutOrt: engine.reason ?? withoutOrt };
  } catch (error) {
    if (backend !== 'auto' || !(error instanceof CliError)) throw error;
    return { unavailable: describeError(error) };
  }
}

function tables(results: readonly GradientResult[]): string[] {
  return precisions.flatMap((precision) => {
    const own = results.filter((result) => result.precision === precision);
    return own.length === 0 ? [] : [titles[precision], '', ...table(own), ''];
  });
}
