import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Page, root } from './markdown-pages.js';
import { firstDifference } from './output.js';
import { stepsOf } from './steps.js';

/**
 * Does what a page tells its reader to do, in a temporary folder: saves its files, runs its commands, compares what they
 * print, on stdout and stderr as a terminal shows them. The folder has the clone's `packages` and `docs`, and what
 * `docs` depends on is installed; the dataset's cache is empty and the network is off.
 *
 * `cifarlab`, `npx cifarlab` and `node` are run, without a shell.
 *
 * @returns the first thing that did not go as the page says, undefined when all did.
 */
export async function followPage(page: Page): Promise<string | undefined> {
  const scratch = mkdtempSync(join(tmpdir(), 'cifarlab-page-'));
  try {
    for (const folder of ['packages', 'docs']) symlinkSync(join(root, folder), join(scratch, folder), 'junction');
    symlinkSync(join(root, 'docs/node_modules'), join(scratch, 'node_modules'), 'junction');
    return await follow(page, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function follow(page: Page, folder: string): Promise<string | undefined> {
  const unused = new Set<string>();
  for (const step of stepsOf(page)) {
    if (step.kind === 'save') {
      const file = join(folder, step.name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, step.code);
      unused.add(step.name);
      continue;
    }
    let printed = '';
    for (const { words, line } of step.commands) {
      const at = `${page.path}:${line}: ${words.join(' ')}`;
      const args = programOf(words);
      if (args === undefined) {
        return `${at}: neither \`cifarlab\` nor \`node\`; write <!-- example: not run (reason) --> above the block`;
      }
      for (const word of words) unused.delete(word);
      const { exitCode, output } = await run(args, folder);
      const expected = words === step.commands.at(-1)!.words ? step.exitCode : 0;
      if (exitCode !== expected) return `${at}: exit code ${exitCode}, not ${expected}:\n${output}`;
      printed += output;
    }
    const difference = step.output === undefined ? undefined : firstDifference(step.output, printed);
    if (difference !== undefined) {
      const { shown = 'nothing more', printed: got = 'nothing more' } = difference;
      return `${page.path}:${step.line}: shows\n${shown}\nwhere this is printed:\n${got}\nof:\n${printed}`;
    }
  }
  return unused.size === 0 ? undefined : `${page.path}: no command uses ${[...unused].join(', ')}`;
}

/**
 * Returns the arguments with which Node is started for a command line; undefined for a program that is not followed.
 */
function programOf(words: readonly string[]): string[] | undefined {
  const [first, ...rest] = words[0] === 'npx' ? words.slice(1) : words;
  if (first === 'node') return rest;
  if (first === 'cifarlab') return [join(root, 'apps/cli/dist/bin.js'), ...rest];
  return undefined;
}

/** Runs Node to its end; stdout and stderr go to one file, so that their order is kept. */
async function run(args: readonly string[], cwd: string): Promise<{ exitCode: number | null; output: string }> {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    NO_COLOR: '1',
    FORCE_COLOR: undefined,
    CIFARLAB_OFFLINE: '1',
    CIFARLAB_CACHE_DIR: join(cwd, '.cache'),
  };
  const file = join(cwd, '.output');
  const output = openSync(file, 'w');
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', output, output] });
      child.on('error', reject);
      child.on('close', resolve);
    });
    return { exitCode, output: readFileSync(file, 'utf8') };
  } finally {
    closeSync(output);
  }
}
