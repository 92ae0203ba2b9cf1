/**
 * Returns the first line in which the output differs from the page, or undefined if none does.
 *
 * `…` stands for anything within a line, and alone on a line for any number of lines.
 *
 * @returns the two lines, undefined for one that is missing.
 */
export function firstDifference(
  shown: string,
  printed: string,
): { shown: string | undefined; printed: string | undefined } | undefined {
  const expected = linesOf(shown);
  const actual = linesOf(printed);
  let at = 0;
  for (let index = 0; index < expected.length; index += 1) {
    if (expected[index].trim() === '…') {
      const rest = expected.slice(index + 1);
      if (rest.length === 0) return undefined;
      while (at < actual.length && !fits(rest[0], actual[at])) at += 1;
    } else {
      if (at >= actual.length || !fits(expected[index], actual[at])) {
        return { shown: expected[index], printed: actual[at] };
      }
      at += 1;
    }
  }
  return at < actual.length ? { shown: undefined, printed: actual[at] } : undefined;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trimEnd());
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

function fits(shown: string, printed: string): boolean {
  const parts = shown.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(printed);
}
