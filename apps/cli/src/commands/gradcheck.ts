import { type EngineName, engineNames } from '@cifarlab/engines';
import { wholeNumberBetween } from '@cifarlab/experiment';
import { type Command, Option } from 'commander';
import { type ExitCode, exitCodes, UsageError } from '../errors.js';
import { valueBy } from '../flags.js';
import { layerNames } from '../gradcheck/cases.js';
import { type CheckResult, type Precision, precisions } from '../gradcheck/result.js';
import { runChecks } from '../gradcheck/run-checks.js';
import { table } from '../gradcheck/table.js';
import { type Io, printNote, printResult } from '../io.js';
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
    .action(async (layers: string[], flags: GradcheckFlags) => exit(await checkGradients(layers, flags, io)));
}

async function checkGradients(layers: readonly string[], flags: GradcheckFlags, io: Io): Promise<ExitCode> {
  const unknown = layers.find((layer) => !layerNames.includes(layer));
  if (unknown !== undefined) {
    throw new UsageError(`there is no layer "${unknown}"; choose from ${layerNames.join(', ')}`);
  }
  const { precision, backend, json } = flags;
  const results = await runChecks(
    { layers, precisions: precision === 'all' ? precisions : [precision], seed: flags.seed, backend },
    (engine) => {
      for (const line of engineNotes(engine, undefined, {})) printNote(io, line);
    },
  );
  const lines = json ? results.map((result) => JSON.stringify(result)) : tables(results);
  for (const line of lines) printResult(io, line);
  return results.some(({ passed }) => passed === false) ? exitCodes.failed : exitCodes.done;
}

function tables(results: readonly CheckResult[]): string[] {
  return precisions.flatMap((precision) => {
    const own = results.filter((result) => result.precision === precision);
    return own.length === 0 ? [] : [titles[precision], '', ...table(own), ''];
  });
}
