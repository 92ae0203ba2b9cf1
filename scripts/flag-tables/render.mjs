// @ts-check

/**
 * The parts of a setting that the tables need: a row of `settingRows` in @cifarlab/experiment.
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {string} [key]
 * @property {string} group
 * @property {string} unit
 * @property {{ kind: string, names?: readonly string[] }} rule
 * @property {unknown} default
 * @property {string} help
 * @property {string} [details]
 * @property {{ text: { spelt(spelling: (mention: { setting: string, value?: unknown }) => string): string } }} [unset]
 *
 * @typedef {object} Network
 * @property {string} name
 * @property {readonly Row[]} rows
 * @property {Readonly<Record<string, Readonly<Record<string, unknown>>>>} presets
 *
 * @typedef {object} Settings
 * @property {readonly Network[]} networks
 * @property {readonly string[]} order the names of all settings
 */

const marked = /(<!-- flags (\w+) -->\n).*?(<!-- \/flags -->)/gs;

/**
 * Puts the tables of flags in between their markers: `<!-- flags training -->` and `<!-- /flags -->`.
 *
 * @param {string} page
 * @param {Settings} settings
 * @returns {string} the page with the tables up to date
 * @throws {Error} for a marker of a table that does not exist
 */
export function withFlagTables(page, settings) {
  return page.replaceAll(marked, (_, before, name, after) => `${before}${tableOf(name, settings)}\n${after}`);
}

/** @param {string} name @param {Settings} settings */
function tableOf(name, { networks, order }) {
  if (name === 'presets') return presetTable({ networks, order });
  const having = networks.filter(({ rows }) => rows.some((row) => isIn(row, name)));
  if (having.length === 0) throw new Error(`<!-- flags ${name} -->: no network has such settings`);
  const rows = rowsOfAll({ networks: having, order }).filter((row) => isIn(row, name));
  const cells = rows.map((row) => having.map((network) => cellOf(network, row.name)));
  const isSame = cells.every((values) => new Set(values).size === 1);
  const columns = isSame ? ['default'] : having.map((network) => code(network.name));
  return markdown(
    ['flag', ...columns, ''],
    rows.map((row, index) => [
      flag(row.key ?? row.name, row.unit),
      ...cells[index].slice(0, columns.length),
      sentence(row),
    ]),
  );
}

/** @param {Row} row @param {string} group */
function isIn(row, group) {
  return row.group === group && row.name !== 'preset';
}

/** Returns every setting that one of the networks has, in order. @param {Settings} settings */
function rowsOfAll({ networks, order }) {
  return order.flatMap((name) => networks.flatMap(({ rows }) => rows).find((row) => row.name === name) ?? []);
}

/** @param {Network} network @param {string} name */
function cellOf(network, name) {
  const row = network.rows.find((one) => one.name === name);
  if (row === undefined) return '';
  const { names } = row.rule;
  if (row.default === null) return settingText(row, null);
  if (names !== undefined) return [row.default, ...names.filter((one) => one !== row.default)].join(', ');
  return valueText(row.default);
}

/** Returns a value of a setting as the tables show it, or what stands for none. @param {Row} row @param {unknown} value */
function settingText(row, value) {
  return value === null ? (row.unset?.text.spelt(mention) ?? 'off') : valueText(value);
}

/** @param {Settings} settings */
function presetTable({ networks, order }) {
  const having = networks.filter(({ presets }) => Object.keys(presets).length > 0);
  const columns = having.flatMap((network) =>
    ['course', ...Object.keys(network.presets)].map((preset) => ({ network, preset })),
  );
  const rows = rowsOfAll({ networks: having, order }).filter(({ name }) =>
    columns.some(({ network, preset }) => name in (network.presets[preset] ?? {})),
  );
  return markdown(
    ['flag', ...columns.map(({ network, preset }) => `${code(network.name)}: ${preset}`)],
    rows.map(({ name, key }) => [
      flag(key ?? name),
      ...columns.map(({ network, preset }) => {
        const row = network.rows.find((one) => one.name === name);
        return row === undefined ? '' : settingText(row, network.presets[preset]?.[name] ?? row.default);
      }),
    ]),
  );
}

/** @param {Row} row */
function sentence({ help, details }) {
  return details === undefined ? help : `${help}; ${details}`;
}

/** @param {unknown} value */
function valueText(value) {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number' && value !== 0 && Math.abs(value) < 0.01) return value.toExponential();
  return Array.isArray(value) ? value.join(',') || '""' : String(value);
}

/** @param {string} setting @param {string} [unit] */
function flag(setting, unit = '') {
  const name = `--${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return code(unit === '' ? name : `${name} <${unit}>`);
}

/** @param {{ setting: string, value?: unknown }} named */
function mention({ setting, value }) {
  return value === undefined ? flag(setting) : flag(setting).replace(/`$/, ` ${value}\``);
}

/** @param {string} text */
function code(text) {
  return `\`${text}\``;
}

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
function markdown(head, rows) {
  /** @param {readonly string[]} cells */
  const line = (cells) =>
    `|${cells.map((cell) => (cell === '' ? ' |' : ` ${cell.replaceAll('|', '\\|')} |`)).join('')}`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
