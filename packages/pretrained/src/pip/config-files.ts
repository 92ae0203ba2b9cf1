import { existsSync } from 'node:fs';
import { posix, win32 } from 'node:path';

/** Everything that decides where pip's configuration lies. */
export interface PipPlace {
  readonly environment: NodeJS.ProcessEnv;
  /** `process.platform`. */
  readonly platform: string;
  /** The user's home folder. */
  readonly home: string;
  /** Whether there is a folder. */
  readonly exists?: (path: string) => boolean;
}

/**
 * Returns the configuration files that pip reads, those that matter more later: of the machine, of the user, of the
 * virtual environment, and the one that `PIP_CONFIG_FILE` names. Where that one is the null device, pip reads none.
 *
 * Source: pip's documentation, "Configuration".
 */
export function pipConfigFiles({ environment, platform, home, exists = existsSync }: PipPlace): string[] {
  const { PIP_CONFIG_FILE: named, VIRTUAL_ENV: virtualEnv } = environment;
  if (named === '/dev/null' || named?.toLowerCase() === 'nul') return [];
  const { join } = platform === 'win32' ? win32 : posix;
  const site = virtualEnv ? [join(virtualEnv, platform === 'win32' ? 'pip.ini' : 'pip.conf')] : [];
  return [...machineAndUser(platform, environment, home, exists), ...site, ...(named ? [named] : [])];
}

function machineAndUser(
  platform: string,
  environment: NodeJS.ProcessEnv,
  home: string,
  exists: (path: string) => boolean,
): string[] {
  if (platform === 'win32') {
    const { ProgramData = 'C:\\ProgramData', APPDATA = win32.join(home, 'AppData', 'Roaming') } = environment;
    return [ProgramData, home, APPDATA].map((folder) => win32.join(folder, 'pip', 'pip.ini'));
  }
  const legacy = posix.join(home, '.pip', 'pip.conf');
  const config = environment.XDG_CONFIG_HOME || posix.join(home, '.config');
  if (platform === 'darwin') {
    const library = posix.join(home, 'Library', 'Application Support', 'pip');
    const user = exists(library) ? library : posix.join(home, '.config', 'pip');
    return ['/Library/Application Support/pip/pip.conf', legacy, posix.join(user, 'pip.conf')];
  }
  const shared = (environment.XDG_CONFIG_DIRS || '/etc/xdg').split(':').filter(Boolean);
  return [
    ...shared.map((folder) => posix.join(folder, 'pip', 'pip.conf')),
    '/etc/pip.conf',
    legacy,
    posix.join(config, 'pip', 'pip.conf'),
  ];
}
