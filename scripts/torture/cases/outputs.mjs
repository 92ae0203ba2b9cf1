import { spawnSync } from 'node:child_process';
import { chmod, lstat, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOutcome } from '../check-outcome.mjs';

/** `--out` at what is not a plain file: a link, a pipe, a device, a file that only its owner may read, a folder. */
export async function specialOutput(ground, random) {
  const place = await ground.place();
  const out = join(place, 'out.html');
  const kind = random.pick(['link', 'private', 'folder', 'device', 'pipe']);
  const target = join(place, 'target.html');
  if (kind === 'link') {
    await writeFile(target, 'old');
    await symlink(target, out);
  } else if (kind === 'private') {
    await writeFile(out, 'old');
    await chmod(out, 0o600);
  } else if (kind === 'pipe' && spawnSync('mkfifo', [out]).status !== 0) return [];
  // A separate device: a program with the fault looked for would replace the system's.
  else if (kind === 'device' && spawnSync('mknod', [out, 'c', '1', '3']).status !== 0) return [];
  const path = kind === 'folder' ? place : out;
  const args = ['report', ground.finished, '--no-predictions', '--out', path];
  const onStart = () => {
    // Somebody has to read what goes into a pipe.
    if (kind === 'pipe') ground.command(['cat', out], { seconds: 20 });
  };
  const wrong = checkOutcome(await ground.run(args, { onStart, seconds: 60 }), {
    codes: kind === 'folder' ? [1, 2] : [0, 1, 2],
  });
  const entry = await lstat(path);
  const check = {
    link: async () => entry.isSymbolicLink() || 'the link became a file',
    private: async () => (entry.mode & 0o777) === 0o600 || `mode 600 became ${(entry.mode & 0o777).toString(8)}`,
    folder: async () => entry.isDirectory() || 'the folder is gone',
    device: async () => entry.isCharacterDevice() || 'the device became a file',
    pipe: async () => entry.isFIFO() || 'the pipe became a file',
  };
  const verdict = await check[kind]();
  if (verdict !== true) wrong.push(verdict);
  if (kind === 'link' && wrong.length === 0 && (await readFile(target, 'utf8')) === 'old')
    wrong.push('nothing came through the link');
  return wrong.map((line) => `report --out at a ${kind}: ${line}`);
}
