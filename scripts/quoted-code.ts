/** A passage of code in a page that claims to be taken from a source file. */
export interface QuotedCode {
  /** Path from the root of the repository, `packages/ndarray-mlp/src/linear.ts` for example. */
  file: string;
  /** The passage as the page shows it, without the indentation that all of its lines have in common. */
  code: string;
}

/**
 * Finds the fenced code of a Markdown page that is marked, on the line before, with the file it is taken from:
 *
 *     <!-- code packages/ndarray-mlp/src/linear.ts -->
 *     ```ts
 *     gemm(dx, dout, this.params.weight);
 *     ```
 */
export function quotedCode(markdown: string): QuotedCode[] {
  const marks = markdown.matchAll(/^<!-- code (\S+) -->\n```ts\n(.*?)\n```$/gms);
  return [...marks].map(([, file, code]) => ({ file: file!, code: code! }));
}

/** Returns how many fenced blocks of TypeScript a page has, marked or not. */
export function countCodeBlocks(markdown: string): number {
  return markdown.match(/^```ts$/gm)?.length ?? 0;
}

/**
 * Returns whether the code is a run of whole lines of the source, except for the indentation that they have in common.
 */
export function isPassage(code: string, source: string): boolean {
  const quoted = withoutIndentation(code.split('\n'));
  const lines = source.split('\n');
  return lines.some(
    (_, start) => withoutIndentation(lines.slice(start, start + quoted.length)).join('\n') === quoted.join('\n'),
  );
}

function withoutIndentation(lines: string[]): string[] {
  const widths = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const width = Math.min(...widths);
  return lines.map((line) => line.slice(width));
}
