/** Values of a configuration file: section, then option, then value. */
export type PipConfig = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Reads a `pip.conf` as Python's `configparser` does: `[section]`, `option = value` or `option: value`, values that go
 * on in indented lines, and comments on separate lines. Other lines are skipped, where pip gives up.
 */
export function parsePipConfig(text: string): PipConfig {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let option: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const header = /^\[([^\]]+)\]/.exec(line);
    const assignment = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line);
    if (header !== null) {
      section = sections.get(header[1]!) ?? new Map();
      sections.set(header[1]!, section);
      option = undefined;
    } else if (/^\s/.test(line)) {
      if (option !== undefined) section?.set(option, `${section.get(option)}\n${line.trim()}`.trim());
    } else if (assignment !== null) {
      option = nameOfOption(assignment[1]!);
      section?.set(option, assignment[2]!.trim());
    }
  }
  return sections;
}

/** Returns an option's name in pip's form: `--index_url` is `index-url`. */
function nameOfOption(written: string): string {
  return written.toLowerCase().replaceAll('_', '-').replace(/^--/, '');
}
