// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, install, orExit, root } from './workspace.mjs';

const state = join(root, '.turbo');
/** Holds the fingerprint of the sources of the last build that was complete. */
const stamp = join(state, 'cifarlab-built');
const lock = join(state, 'cifarlab-build.lock');

/**
 * Installs and builds the command line unless that was done for the sources as they are. Of several processes one
 * builds, the others wait for it. A step that fails ends the process, and the next start tries again.
 */
export async function ensureBuilt() {
  if (isBuilt()) return;
  mkdirSync(state, { recursive: true });
  await takeLock();
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  if (!isBuilt()) {
    rmSync(stamp, { force: true });
    const sources = fingerprint();
    console.error('Installing the dependencies …');
    await orExit(install({ quiet: true }));
    console.error('Building the packages …');
    await orExit(build({ quiet: true }));
    writeFileSync(`${stamp}.${process.pid}`, sources);
    renameSync(`${stamp}.${process.pid}`, stamp);
  }
  release();
  process.off('exit', release);
}

function isBuilt() {
  const complete = existsSync(stamp) && existsSync(join(root, 'apps/cli/dist/bin.js'));
  return complete && existsSync(join(root, 'node_modules')) && readFileSync(stamp, 'utf8') === fingerprint();
}

/** Names, sizes and times of everything that a build reads: far quicker than asking the build tool. */
function fingerprint() {
  const hash = createHash('sha256');
  /** @param {string} path */
  const add = (path) => {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  };
  for (const name of ['pnpm-lock.yaml', 'package.json', 'tsup.shared.ts', 'tsconfig.base.json']) add(join(root, name));
  for (const group of ['packages', 'apps']) {
    for (const room of readdirSync(join(root, group)).sort()) {
      const folder = join(root, group, room);
      const source = join(folder, 'src');
      for (const name of ['package.json', 'tsup.config.ts'])
        if (existsSync(join(folder, name))) add(join(folder, name));
      if (!existsSync(source)) continue;
      for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' }).sort()) {
        if (/\.[cm]?[jt]s$/.test(name) && !name.endsWith('.test.ts')) add(join(source, name));
      }
    }
  }
  return hash.digest('hex');
}

async function takeLock() {
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    if (!waited) console.error('Another process is building; waiting for it …');
    if (!holderRuns()) rmSync(lock, { force: true });
    await sleep(300);
  }
}

/** False for the lock of a process that was killed; true while the lock is being written or released. */
function holderRuns() {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (pid > 0) process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH';
  }
}
