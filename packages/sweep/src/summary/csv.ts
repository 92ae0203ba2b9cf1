/** Returns text as RFC 4180 has it: rows end with CR LF; a field with a comma, a quote or a line break is quoted. */
export function toCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map((field) => csvField(field)).join(',')}\r\n`).join('');
}

function csvField(field: string | number | null): string {
  const text = field === null ? '' : String(field);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
