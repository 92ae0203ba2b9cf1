import type { TrainingSettings } from '@cifarlab/experiment';
import {
  checkConvNetSettings,
  checkMlpNdarraySettings,
  checkMlpSettings,
  convNetSettingsOf,
  mlpNdarraySettingsOf,
  mlpSettingsOf,
  SettingError,
} from '@cifarlab/experiment';
import { Command, type CommanderError, type Option } from 'commander';
import { addTrainParser } from '../commands/train-parser.js';
import { flagWords, UsageError } from '../errors.js';
import { ownCommandLine } from '../own-command.js';
import type { ModelName } from '../run-folder.js';
import type { Flags, FlagValue } from './sweep-file.js';

/** What a configuration's flags amount to. */
export interface ReadFlags {
  /** The flags as `train` takes them: `--learning-rate=0.01`. */
  argv: string[];
  /** What its `config.json` records, and what computes. */
  settings: TrainingSettings & { backend: string };
}

const bySweep = 'the sweep sets it for each trial';
const byCommandLine = 'give it to `sweep` itself';

/** Flags of `train` that are not for a sweep's file, with what to do instead. */
const reserved: Record<string, string> = {
  out: bySweep,
  resume: bySweep,
  json: bySweep,
  quiet: bySweep,
  threads: `${bySweep}, from --cores and --jobs`,
  help: `see \`${ownCommandLine('train', '--help')}\``,
  seed: 'name the seeds in "seeds"',
  test: `${bySweep}: the test images are for the selected configuration alone`,
  'data-dir': byCommandLine,
  offline: byCommandLine,
  'allow-unverified': byCommandLine,
};

/**
 * Makes a reader of flags: with the parser of `train`, checked by its rules; nothing is started.
 *
 * @returns a function that throws UsageError naming the flag that is wrong.
 */
export function flagReader(model: ModelName): (flags: Flags) => ReadFlags {
  let settings: ReadFlags['settings'] | undefined;
  const program = new Command().exitOverride().configureOutput({ writeOut() {}, writeErr() {} });
  addTrainParser(program, {
    'mlp-ndarray'(given) {
      const of = mlpNdarraySettingsOf(given);
      checkMlpNdarraySettings(of);
      settings = { ...of, backend: given.backend };
    },
    mlp(given) {
      const of = mlpSettingsOf(given);
      checkMlpSettings(of);
      settings = { ...of, backend: given.backend };
    },
    convnet(given) {
      const of = convNetSettingsOf(given);
      checkConvNetSettings(of);
      settings = { ...of, backend: given.backend };
    },
  });
  const options = trainOptions(program, model);
  return (flags) => {
    const argv = Object.entries(flags).flatMap(([flag, value]) => argument(flag, value, options));
    try {
      program.parse(['train', model, ...argv], { from: 'user' });
    } catch (error) {
      if (error instanceof UsageError) throw error;
      if (error instanceof SettingError) throw new UsageError(error.spelt(flagWords), { cause: error });
      throw new UsageError((error as CommanderError).message.replace(/^error: /, '').replace(/\s*\n\(/, ' ('));
    }
    return { argv, settings: settings! };
  };
}

function trainOptions(program: Command, model: ModelName): readonly Option[] {
  const train = program.commands.find((command) => command.name() === 'train')!;
  return train.commands.find((command) => command.name() === model)!.options;
}

function argument(flag: string, value: FlagValue, options: readonly Option[]): string[] {
  const name = flag.replaceAll('_', '-').replace(/^(--|no-)+/, '');
  if (Object.hasOwn(reserved, name)) throw new UsageError(`"${flag}" is not for a sweep's file; ${reserved[name]}`);
  const option = options.find(({ long }) => long === `--${flag}`);
  // The parser knows best which flag may have been meant.
  if (option === undefined) return [`--${flag}`];
  if (option.negate) {
    throw new UsageError(`"${flag}" is not for a sweep's file; write "${name}": false`);
  }
  if (option.required) {
    if (typeof value === 'boolean') throw new UsageError(`"${flag}" takes a value, and is ${value}`);
    return [`--${flag}=${value}`];
  }
  if (typeof value !== 'boolean') {
    throw new UsageError(`"${flag}" takes no value: it must be true or false, and is ${JSON.stringify(value)}`);
  }
  if (value) return [`--${flag}`];
  return options.some(({ long }) => long === `--no-${flag}`) ? [`--no-${flag}`] : [];
}
