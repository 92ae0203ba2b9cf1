import { type Command, Option } from 'commander';
import { type ExitCode, exitCodes, UsageError } from '../errors.js';
import { seed } from '../flags.js';
import { gradcheckCases } from '../gradcheck-cases.js';
import { type Io, printResult } from '../io.js';

/** `gradcheck [layer...]`: every hand-written gradient against central differences. */
export function addGradcheckCommand(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  program
    .command('gradcheck')
    .description('check hand-written gradients against central differences in float64')
    .argument('[layer...]', `some of ${gradcheckCases.map(({ name }) => name).join(', ')} (default: all)`)
    .addOption(new Option('--seed <seed>', 'of the random inputs').default(42).argParser(seed))
    .option('--json', 'print one JSON object a line', false)
    .action((layers: string[], flags: { seed: number; json: boolean }) => exit(checkGradients(layers, flags, io)));
}

function checkGradients(layers: readonly string[], flags: { seed: number; json: boolean }, io: Io): ExitCode {
  const names = gradcheckCases.map(({ name }) => name);
  const unknown = layers.find((layer) => !names.includes(layer));
  if (unknown !== undefined) throw new UsageError(`there is no layer "${unknown}"; choose from ${names.join(', ')}`);
  const chosen = gradcheckCases.filter(({ name }) => layers.length === 0 || layers.includes(name));

  const width = Math.max(...chosen.map(({ name }) => name.length), 5);
  if (!flags.json) printResult(io, `${'layer'.padEnd(width)}  derivatives  worst error  at               result`);
  let failed = false;
  for (const { name, check } of chosen) {
    const { passed, compared, worst } = check(flags.seed);
    failed ||= !passed;
    if (flags.json) {
      printResult(io, JSON.stringify({ layer: name, passed, compared, worst }));
      continue;
    }
    const error = worst ? worst.error.toExponential(1) : '-';
    const place = worst ? `${worst.input}[${worst.position.join(',')}]` : '-';
    const columns = [String(compared).padStart(11), error.padStart(11), place.padEnd(16), passed ? 'ok' : 'FAILED'];
    printResult(io, `${name.padEnd(width)}  ${columns.join('  ')}`);
  }
  return failed ? exitCodes.failed : exitCodes.done;
}
