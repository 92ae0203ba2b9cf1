import { type CodeBlock, codeBlocks, type Marker } from './code-blocks.js';
import type { Page } from './markdown-pages.js';
import { SAVE } from './steps.js';

/** A program of a page: one `ts` block, with those that continue it. */
export interface Example {
  page: string;
  /** Line of the page that its code starts on, from 1. */
  line: number;
  /** The program, every line where it stands in the page, so that the compiler's line numbers are the page's. */
  program: string;
  /** Its output, from the plain blocks that follow its code; undefined if the page shows none. */
  output: string | undefined;
  /** Why it is type-checked only; undefined for one that runs. */
  typesOnly: string | undefined;
  /** It runs where CIFAR-10 is in the cache. */
  needsCifar10: boolean;
}

/**
 * Returns the TypeScript programs of a page; passages of source files, marked `<!-- code FILE -->`, do not count. A
 * plain or `text` block right after the code is its output. Comments above a block, which readers do not see, say what
 * is special:
 *
 *     <!-- example: types only (needs a GPU) -->   is not run
 *     <!-- example: needs CIFAR-10 -->             runs where the data set is in the cache
 *     <!-- example: continues -->                  goes on where the block before it ended
 *     <!-- example: setup
 *     const logits = …;                            code that the block leaves out
 *     -->
 *     <!-- example: save NAME -->                  is run by the page's commands, from a file of this name
 *
 * @throws Error for another marker, for a continuation of nothing, and for JavaScript, whose types nothing would check.
 */
export function examplesOf(page: Page): Example[] {
  const examples: { blocks: CodeBlock[]; outputs: string[] }[] = [];
  const blocks = codeBlocks(page.text);
  for (const [index, block] of blocks.entries()) {
    const place = `${page.path}:${block.line}`;
    if (/^(js|javascript|mjs|cjs|typescript|jsx|tsx)$/.test(block.language)) {
      throw new Error(`${place}: a block of ${block.language}; write it as \`\`\`ts, so that its types are checked.`);
    }
    if (block.language !== 'ts' || block.quoted) continue;
    for (const marker of block.markers) checkMarker(marker, page.path);
    const example = block.markers.some(({ text }) => text.trim() === 'continues')
      ? examples.at(-1)
      : examples[examples.push({ blocks: [], outputs: [] }) - 1];
    if (example === undefined) throw new Error(`${place}: there is no example before it to continue.`);
    example.blocks.push(block);
    const next = blocks[index + 1];
    if (next?.follows && (next.language === '' || next.language === 'text')) example.outputs.push(next.code);
  }
  return examples.map(({ blocks, outputs }) => {
    const markers = blocks.flatMap((block) => block.markers);
    return {
      page: page.path,
      line: blocks[0].line,
      program: programOf(blocks, page.text.split('\n').length),
      output: outputs.length === 0 ? undefined : outputs.join(''),
      typesOnly: markers.map(typesOnly).find((reason) => reason !== undefined),
      needsCifar10: markers.some(({ text }) => text.trim() === 'needs CIFAR-10'),
    };
  });
}

const TYPES_ONLY = /^\s*types only \((.+)\)\s*$/s;
const SETUP = /^ setup\n/;

function checkMarker(marker: Marker, page: string): void {
  const { text, line } = marker;
  if (typesOnly(marker) || SETUP.test(text) || ['continues', 'needs CIFAR-10'].includes(text.trim())) return;
  throw new Error(
    `${page}:${line}: unknown marker "example:${text}"; there are "types only (reason)", "needs CIFAR-10", ` +
      '"continues", "save NAME", and "setup" with code on the lines below it.',
  );
}

function typesOnly({ text }: Marker): string | undefined {
  return TYPES_ONLY.exec(text)?.[1] ?? (SAVE.test(text.trim()) ? 'the commands of the page run it' : undefined);
}

function programOf(blocks: CodeBlock[], length: number): string {
  const lines = new Array<string>(length).fill('');
  const place = (line: number, code: string) => {
    for (const [offset, text] of code.split('\n').entries()) if (text !== '') lines[line - 1 + offset] = text;
  };
  for (const { line, code, markers } of blocks) {
    for (const marker of markers) {
      if (SETUP.test(marker.text)) place(marker.line + 1, marker.text.replace(SETUP, ''));
    }
    place(line, code);
  }
  return lines.join('\n');
}
