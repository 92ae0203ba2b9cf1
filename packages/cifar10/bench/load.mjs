// Seconds and peak memory from the pickles and from the cache to verified pixels and the mean image, beside Python's
// pickle and NumPy. Interleaved rounds, each in a fresh process, medians. usage: npm run build && node bench/load.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCifar10 } from '../dist/index.js';

const ROUNDS = 7;
const here = (name) => join(import.meta.dirname, name);
const run = (command, ...args) => JSON.parse(execFileSync(command, args, { encoding: 'utf8' }).split('\n')[0]);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const { source } = await loadCifar10();
const python = [process.env.PYTHON, 'python3', 'python'].find((name) => {
  try {
    execFileSync(name, ['-c', 'import numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
if (python === undefined) {
  console.log('cifar10-pickles  skipped: no Python with NumPy (set PYTHON to one)');
}

const folder = mkdtempSync(join(tmpdir(), 'cifarlab-bench-'));
try {
  const contestants = { cache: () => run(process.execPath, here('load-once.mjs')) };
  if (python !== undefined) {
    execFileSync(python, [here('write-pickles.py'), source.cacheFile, folder]);
    contestants.pickles = () => run(process.execPath, here('load-once.mjs'), folder);
    contestants.python = () => run(python, here('peer.py'), folder);
  }
  const rounds = Array.from({ length: ROUNDS }, () =>
    Object.fromEntries(Object.entries(contestants).map(([name, load]) => [name, load()])),
  );
  if (new Set(rounds.flatMap((round) => Object.values(round).map(({ mean }) => mean))).size !== 1) {
    throw new Error('The contestants disagree on the mean image.');
  }
  const of = (name) => ({
    seconds: median(rounds.map((round) => round[name].seconds)),
    peakMB: Math.max(...rounds.map((round) => round[name].peakMB)),
  });
  const show = ({ seconds, peakMB }) => `${seconds.toFixed(2)} s  ${peakMB.toFixed(0)} MB`;
  for (const name of Object.keys(contestants).filter((name) => name !== 'python')) {
    const peer = python === undefined ? undefined : of('python');
    const versus = peer && `  python ${show(peer)}  ${(of(name).seconds / peer.seconds).toFixed(2)}x`;
    console.log(`cifar10-${name}`.padEnd(17) + show(of(name)) + (versus ?? ''));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
