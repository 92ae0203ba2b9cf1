// @ts-check

/**
 * Returns a table in Markdown.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly (string | number)[])[]} rows
 */
export function markdownTable(head, rows) {
  const line = (/** @type {readonly (string | number)[]} */ cells) =>
    `|${cells.map((cell) => (cell === '' ? ' |' : ` ${cell} |`)).join('')}`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** @param {number} value a count @returns {string} `1,400` */
export function count(value) {
  return value.toLocaleString('en');
}

/** @param {number} value an accuracy or loss @param {number} [digits] */
export function fixed(value, digits = 4) {
  return value.toFixed(digits);
}
