import {
  type AnyNetwork,
  type GivenSettings,
  isChoice,
  keyOf,
  type NetworkSetting,
  type SettingGroup,
  settingRows,
} from '@cifarlab/experiment';
import { type Command, Option } from 'commander';
import { flagOf, flagWords } from '../words/flag-words.js';
import { valueBy } from './values.js';

/** Adds the flags of a network's settings of some groups. */
export function addSettingOptions(command: Command, network: AnyNetwork, groups: readonly SettingGroup[]): void {
  for (const row of settingRows(network)) {
    if (groups.includes(row.group)) command.addOption(settingOption(row));
  }
}

/** Adds `--no-…` for the flags without a value that presets turn on. */
export function addNegations(command: Command, network: AnyNetwork): void {
  for (const { name } of settingRows(network).filter((row) => isNegatable(network, row))) {
    command.option(`--no-${flagOf(name)}`, `without --${flagOf(name)} where the preset has it`);
  }
}

/** Returns whether a preset turns a setting on that is off by default. */
function isNegatable({ presets }: Pick<AnyNetwork, 'presets'>, row: NetworkSetting): boolean {
  return row.default === false && Object.values(presets ?? {}).some((values) => values[row.name] === true);
}

/** Returns the settings that a command line says itself. */
export function givenSettings<N extends AnyNetwork>(command: Command, network: N): GivenSettings<N> {
  const given = settingRows(network).filter(({ name }) => command.getOptionValueSource(keyOf(name)) === 'cli');
  return Object.fromEntries(given.map(({ name }) => [name, command.getOptionValue(keyOf(name))])) as GivenSettings<N>;
}

function settingOption(row: NetworkSetting): Option {
  const { name, rule, help, unit, unset } = row;
  if (rule.kind === 'switch') {
    return row.default === true
      ? new Option(`--no-${flagOf(name)}`, `do not ${help}`)
      : new Option(`--${flagOf(name)}`, help).default(false);
  }
  const says = isChoice(rule) ? `${help}: ${rule.names.join(', ')}` : help;
  const otherwise = unset === undefined ? '' : ` (default: ${unset.text.spelt(flagWords)})`;
  const option = new Option(`--${flagOf(name)} <${unit}>`, says + otherwise).argParser(valueBy(rule));
  if (row.default === null) return option;
  return Array.isArray(row.default) ? option.default(row.default, String(row.default)) : option.default(row.default);
}
