import { afterEach, describe, expect, test, vi } from 'vitest';
import { hasRoomForWebAssembly, threadsWithRoom } from './address-space.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Makes Linux tell of this limit, and of 1 GiB in use. */
function limitTo(gib: number | 'unlimited'): void {
  const limit = gib === 'unlimited' ? gib : String(gib * 2 ** 30);
  const files: Record<string, string> = {
    '/proc/self/limits': `Max cpu time  unlimited\nMax address space         ${limit}            unlimited  bytes\n`,
    '/proc/self/status': 'Name:\tnode\nVmSize:\t 1048576 kB\n',
  };
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ readFileSync: (file: string) => files[file] } as never);
}

test('without a limit there is room', () => {
  limitTo('unlimited');
  expect(hasRoomForWebAssembly()).toBe(true);
  expect(threadsWithRoom(7)).toBe(7);
});

describe('with a limit', () => {
  test.each([
    [12, true],
    [11.9, false],
  ])('of %d GiB, 1 of them in use', (gib, room) => {
    limitTo(gib);
    expect(hasRoomForWebAssembly()).toBe(room);
  });

  test.each([
    [5.5, 4],
    [1, 0],
    [0.5, 0],
  ])('of %d GiB there is room for %d of 7 threads', (gib, threads) => {
    limitTo(gib);
    expect(threadsWithRoom(7)).toBe(threads);
  });

  test.each(['--disable-wasm-trap-handler', '--no-wasm-trap-handler'])('%s reserves nothing', (flag) => {
    limitTo(4);
    vi.stubEnv('NODE_OPTIONS', `--enable-source-maps ${flag}`);
    expect(hasRoomForWebAssembly()).toBe(true);
  });
});

test('a system that does not tell has room', () => {
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(() => {
    throw new Error('no such file');
  });
  expect(hasRoomForWebAssembly()).toBe(true);
  expect(threadsWithRoom(3)).toBe(3);
});
