import { type Command, Option } from 'commander';
import { type ExitCode, exitCodes, UsageError } from '../errors.js';
import { seed } from '../flags.js';
import { ndarrayCases } from '../gradcheck/cases.js';
import { checkFloat64 } from '../gradcheck/check-float64.js';
import { table } from '../gradcheck/table.js';
import { type Io, printResult } from '../io.js';

const layerNames = ndarrayCases.map(({ layer }) => layer);

/** `gradcheck [layer...]`: every hand-written gradient against central differences. */
export function addGradcheckCommand(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  program
    .command('gradcheck')
    .description('check hand-written gradients against central differences in float64')
    .argument('[layer...]', `some of ${layerNames.join(', ')} (default: all)`)
    .addOption(new Option('--seed <seed>', 'of the random sizes and inputs').default(42).argParser(seed))
    .option('--json', 'print one JSON object a line', false)
    .action((layers: string[], flags: { seed: number; json: boolean }) => exit(checkGradients(layers, flags, io)));
}

function checkGradients(layers: readonly string[], flags: { seed: number; json: boolean }, io: Io): ExitCode {
  const unknown = layers.find((layer) => !layerNames.includes(layer));
  if (unknown !== undefined) {
    throw new UsageError(`there is no layer "${unknown}"; choose from ${layerNames.join(', ')}`);
  }
  const chosen = ndarrayCases.filter(({ layer }) => layers.length === 0 || layers.includes(layer));
  const results = chosen.map((subject) => checkFloat64(subject, flags.seed));
  const lines = flags.json ? results.map((result) => JSON.stringify(result)) : table(results);
  for (const line of lines) printResult(io, line);
  return results.every(({ passed }) => passed) ? exitCodes.done : exitCodes.failed;
}
