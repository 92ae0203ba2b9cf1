import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dashFlags } from '../../apps/cli/src/flags/values.js';
import { createProgram } from '../../apps/cli/src/program.js';
import { commandError, disarm, shownCommands } from './commands.js';
import { markdownPages, packageOf, root } from './markdown-pages.js';

const silent = { write: () => true };
const parse = (argv: string[]) => {
  const io = { stdout: silent, stderr: silent } as unknown as Parameters<typeof createProgram>[0];
  disarm(createProgram(io, () => {})).parse(dashFlags(argv), { from: 'user' });
};
const errorsOf = (text: string, path = 'README.md') => {
  const folders = [root, join(root, packageOf(path))];
  return shownCommands({ path, text }).flatMap((command) => {
    const error = commandError(command, parse, folders);
    return error === undefined ? [] : [`${path}:${command.line}: ${command.words.join(' ')}: ${error}`];
  });
};
const pages = markdownPages();

test('the pages show command lines', () => {
  const words = pages.flatMap(shownCommands).filter(({ words }) => words.includes('cifarlab'));
  expect(words.length).toBeGreaterThan(20);
});

test.each(pages)('the command lines of $path are understood', ({ path, text }) => {
  expect(errorsOf(text, path)).toEqual([]);
});

test.each([
  ['npx cifarlab trian mlp', "unknown command 'trian'"],
  ['npx cifarlab train mlp --lerning-rate 1e-3', "unknown option '--lerning-rate'"],
  ['cifarlab train mlp --max-steps many', "argument 'many' is invalid"],
  ['cifarlab eval', "missing required argument 'run'"],
  ['npx --yes pnpm@10.0.0 bensh', 'there is no script "bensh"'],
  ['pnpm -s cifarlab data', 'write "npx cifarlab"'],
  ['npx pnpm cifarlab data', 'write "npx cifarlab"'],
  ['npm run strat', 'there is no script "strat"'],
])('the check finds what is wrong with "%s"', (command, message) => {
  expect(errorsOf(`\`\`\`sh\n${command}\n\`\`\``)).toEqual([expect.stringContaining(message)]);
  expect(errorsOf(`\`\`\`\n$ ${command}\n\`\`\``)).toEqual([expect.stringContaining(message)]);
});
