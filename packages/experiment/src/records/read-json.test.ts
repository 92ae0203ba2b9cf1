import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readJson } from './read-json.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cifarlab-json-'));
});
afterEach(() => rm(folder, { recursive: true }));

const read = (file: string) => readJson(file, { remedy: 'restore it' });

describe('readJson', () => {
  test('a file, and none', async () => {
    await writeFile(join(folder, 'a.json'), '\ufeff{"a":1}');
    expect(await read(join(folder, 'a.json'))).toEqual({ a: 1 });
    expect(await read(join(folder, 'b.json'))).toBeUndefined();
  });

  test.skipIf(process.platform === 'win32')('a pipe that nobody writes to, and a device, are refused', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.json')]);
    await symlink('/dev/zero', join(folder, 'device.json'));
    for (const name of ['pipe.json', 'device.json']) {
      await expect(read(join(folder, name))).rejects.toThrow(
        `${name} cannot be read: it is a pipe or a device, not a file; restore it`,
      );
    }
  });
});
