import { codeBlocks } from './code-blocks.js';
import { shellWords } from './commands.js';
import type { Page } from './markdown-pages.js';

/** Something that a reader of a page does, in the page's order. */
export type Step =
  /** Saves a block as a file. */
  | { kind: 'save'; line: number; name: string; code: string }
  /** Types the lines of a block. */
  | {
      kind: 'run';
      line: number;
      commands: { words: string[]; line: number }[];
      /** Their output together, from the plain block that follows; undefined if the page shows none. */
      output: string | undefined;
      /** The exit code of the last one; those before it end with 0. */
      exitCode: number;
    };

/**
 * Returns the steps that a page tells its reader to follow: its `sh` blocks are typed, line by line. Comments above a
 * block, which readers do not see, say what is special:
 *
 *     <!-- example: not run (takes an hour) -->    above `sh`: is only parsed
 *     <!-- example: exits 1 -->                    above `sh`: its last command fails so
 *     <!-- example: save NAME -->                  above any block: is saved under this name
 *
 * @throws Error for another marker above an `sh` block.
 */
export function stepsOf(page: Page): Step[] {
  const blocks = codeBlocks(page.text);
  return blocks.flatMap((block, index): Step[] => {
    const { language, code, line } = block;
    const texts = block.markers.map(({ text }) => text.trim());
    const name = texts.map((text) => SAVE.exec(text)?.[1]).find((found) => found !== undefined);
    if (name !== undefined) return [{ kind: 'save', line, name, code }];
    if (language !== 'sh') return [];
    const other = texts.find((text) => !NOT_RUN.test(text) && !EXITS.test(text));
    if (other !== undefined) {
      throw new Error(
        `${page.path}:${line}: unknown marker "example: ${other}" above commands; ` +
          'there are "not run (reason)", "exits CODE" and "save NAME".',
      );
    }
    if (texts.some((text) => NOT_RUN.test(text))) return [];
    const next = blocks[index + 1];
    const shown = next?.follows && (next.language === '' || next.language === 'text');
    return [
      {
        kind: 'run',
        line,
        commands: code
          .split('\n')
          .map((text, offset) => ({ words: shellWords(text), line: line + offset }))
          .filter(({ words }) => words.length > 0),
        output: shown ? next.code : undefined,
        exitCode: Number(texts.map((text) => EXITS.exec(text)?.[1]).find((found) => found !== undefined) ?? 0),
      },
    ];
  });
}

/** The marker of a block that is saved under the name in its first group. */
export const SAVE = /^save ([\w.-]+(?:\/[\w.-]+)*)$/;
const NOT_RUN = /^not run \(.+\)$/s;
const EXITS = /^exits (\d+)$/;
