/** A figure in a page that claims to come from a committed result. */
export interface QuotedFigure {
  /** File under `docs/results`, `mlp-ndarray/metrics.jsonl` for example. */
  file: string;
  /** Fields that the line must have, `{ event: 'eval', step: '1400' }` for example; empty for a file of one object. */
  where: Record<string, string>;
  /** Field of that line; dots lead into nested objects. */
  field: string;
  /** The text as a reader sees it, `0.4838` or `48.38 %` or `1,400`. */
  text: string;
}

/**
 * Finds the figures of a Markdown page that are marked with their origin:
 *
 *     <!-- result mlp-ndarray/metrics.jsonl event=eval split=test step=1400 accuracy -->0.4838<!-- /result -->
 */
export function quotedFigures(markdown: string): QuotedFigure[] {
  const marks = markdown.matchAll(/<!-- result (\S+)((?: \S+=\S+)*) (\S+) -->(.*?)<!-- \/result -->/gs);
  return [...marks].map(([, file, conditions, field, text]) => ({
    file: file!,
    where: Object.fromEntries(
      conditions!
        .trim()
        .split(' ')
        .filter(Boolean)
        .map((condition) => condition.split('=') as [string, string]),
    ),
    field: field!,
    text: text!.trim(),
  }));
}

/** Returns the value that a figure claims to quote. @throws Error when not exactly one line of the file fits. */
export function originalValue(figure: QuotedFigure, content: string): unknown {
  const lines = figure.file.endsWith('.jsonl') ? content.trim().split('\n') : [content];
  const fitting = lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => Object.entries(figure.where).every(([key, value]) => String(line[key]) === value));
  if (fitting.length !== 1) {
    throw new Error(`${fitting.length} lines of ${figure.file} fit ${JSON.stringify(figure.where)}, expected one`);
  }
  return figure.field.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], fitting[0]);
}

/** Returns whether the text states the value, rounded to as many digits as the text has. */
export function states(text: string, value: unknown): boolean {
  if (typeof value !== 'number') return text === String(value);
  const [, number, percent] = /^([\d.,]+)( %)?$/.exec(text) ?? [];
  if (number === undefined) return false;
  const digits = number.split('.')[1]?.length ?? 0;
  return (percent ? 100 * value : value).toFixed(digits) === number.replaceAll(',', '');
}
