import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { createProgram } from '../../apps/cli/src/program.js';
import { codeBlocks } from './code-blocks.js';
import type { Page } from './markdown-pages.js';

type Command = ReturnType<typeof createProgram>;

/** A command line that a page shows. */
export interface ShownCommand {
  words: string[];
  /** Line of the page, from 1. */
  line: number;
}

/**
 * Returns the command lines of a page: lines of its `sh` blocks, `$` prompts in plain ones, and inline `cifarlab …`.
 */
export function shownCommands(page: Page): ShownCommand[] {
  const inBlocks = codeBlocks(page.text).flatMap(({ language, code, line }) =>
    code.split('\n').flatMap((text, index) => {
      const command = /^(sh|bash|shell)$/.test(language) ? text : /^\$ (.*)/.exec(text)?.[1];
      return command?.trim() ? [{ text: command, line: line + index }] : [];
    }),
  );
  const inline = [...page.text.matchAll(/(?<!`)`((?:npx )?cifarlab [a-z][^`\n]*)`/g)].map((match) => ({
    text: match[1],
    line: page.text.slice(0, match.index).split('\n').length,
  }));
  return [...inBlocks, ...inline].map(({ text, line }) => ({ words: shellWords(text), line }));
}

/**
 * Returns what is wrong with a command line: a `cifarlab` command, flag or value that its parser refuses, or a script
 * that no `package.json` has. undefined if nothing is, and for other programs.
 *
 * @param folders where scripts may be: the root, and the page's package.
 */
export function commandError(
  { words }: ShownCommand,
  parse: (argv: string[]) => void,
  folders: readonly string[],
): string | undefined {
  const [program, ...rest] = words[0] === 'npx' ? words.slice(words[1] === '--yes' ? 2 : 1) : words;
  if (program === 'cifarlab') return refusal(rest, parse);
  if (program === undefined || !/^(npm|pnpm(@.*)?)$/.test(program)) return undefined;
  const [script, ...argv] = rest.filter((word, index) => !(word.startsWith('-') && index < rest.findIndex(isName)));
  if (script === 'cifarlab') return 'cifarlab is not a command of pnpm or npm: write "npx cifarlab"';
  const name = script === 'run' ? argv[0] : script;
  const builtIn = ['install', 'exec', 'add', 'publish', 'ci', 'view', 'pack'];
  if (name === undefined || builtIn.includes(name)) return undefined;
  const known = folders.some((folder) => {
    const manifest = join(folder, 'package.json');
    return existsSync(manifest) && name in (JSON.parse(readFileSync(manifest, 'utf8')).scripts ?? {});
  });
  return known ? undefined : `there is no script "${name}"`;
}

const isName = (word: string) => !word.startsWith('-');

function refusal(argv: string[], parse: (argv: string[]) => void): string | undefined {
  try {
    parse(argv);
    return undefined;
  } catch (error) {
    const { exitCode, message } = error as Error & { exitCode?: number };
    return exitCode === 0 ? undefined : message; // --help and --version end with 0
  }
}

/** Makes every command of a program only read its arguments. */
export function disarm(command: Command): Command {
  for (const child of command.commands) disarm(child as Command);
  if (command.commands.length === 0) command.action(() => undefined);
  return command;
}

/** Splits a line as a shell would: quotes, and no comment. */
export function shellWords(text: string): string[] {
  const words: string[] = [];
  for (const [word, quoted] of text.matchAll(/"([^"]*)"|'[^']*'|#.*$|[^\s"'#][^\s"']*/g)) {
    if (word.startsWith('#')) break;
    words.push(quoted ?? word.replace(/^'(.*)'$/, '$1'));
  }
  return words;
}
