import { basename, dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine } from '@cifarlab/internals/shell-words';

/** Start of this process. */
export interface Start {
  /** Path that the program was started by: a link in a folder of commands, or its file. */
  script: string;
  /** Folder of the program's files. */
  home: string;
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
}

const thisStart = (): Start => ({
  script: process.argv[1] ?? '',
  home: fileURLToPath(import.meta.url),
  env: process.env,
  platform: process.platform,
});

/**
 * Returns the words that start this program again from where the user is: `npx cifarlab` in a clone and in a project
 * that has it, `npx @cifarlab/cli` where npx fetched it (the registry's `cifarlab` would be another package),
 * `cifarlab` where it was started as a command that is on the path.
 */
export function ownCommand({ script, home, env, platform }: Start = thisStart()): string[] {
  if (home.split(/[\\/]/).includes('_npx')) return ['npx', '@cifarlab/cli'];
  if (env.npm_command !== undefined) return ['npx', 'cifarlab'];
  // npm's command files of Windows start the program's file; without npm, only one on the path does.
  const onPath = platform === 'win32' || (basename(script) === 'cifarlab' && !dirname(script).endsWith(`${sep}.bin`));
  return onPath ? ['cifarlab'] : ['npx', 'cifarlab'];
}

/** Returns a command line of this program that a person can copy into a shell where they are. */
export function ownCommandLine(...words: string[]): string {
  return commandLine([...ownCommand(), ...words]);
}
