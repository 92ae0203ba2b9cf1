import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { flush } from './flush.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flush-'));
});
afterAll(() => rm(folder, { recursive: true }));

it("flushes by the number of the file where the handle cannot, as Yarn's cannot", async () => {
  const file = await open(join(folder, 'a'), 'w');
  const without = (fd: number) => ({ fd, sync: () => Promise.reject(new Error('Method not implemented')) }) as never;
  await expect(flush(without(file.fd))).resolves.toBeUndefined();
  await file.close();
  await expect(flush(without(2 ** 30))).rejects.toThrow('EBADF');
});

it("passes on the system's errors", async () => {
  const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
  await expect(flush({ fd: 1, sync: () => Promise.reject(full) } as never)).rejects.toBe(full);
});
