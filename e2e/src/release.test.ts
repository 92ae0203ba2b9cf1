import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Registry, startRegistry } from './registry.js';
import { release } from './release.js';

const { folder, released } = inject('e2e');

/** Names in the order in which a list of `name@version` has them. */
const names = (text: string) => [...text.matchAll(/(@cifarlab\/[\w-]+)@/g)].map(([, name]) => name!);

test('a release publishes each package after those that it needs', () => {
  const [, sum, list] = /^Published (\d+ of \d+): (.*)\.$/m.exec(released) ?? [];
  expect(list, released).toBeDefined();
  const order = names(list!);
  expect(sum).toBe(`${order.length} of ${order.length}`);
  for (const [first, then] of [
    ['ort-linux-x64', 'ort-runtime'],
    ['ort-runtime', 'tfjs-backend-ort'],
    ['ort-runtime', 'gemm'],
    ['numpy-random', 'gradcheck'],
    ['layernorm', 'mlp'],
  ]) {
    expect(order.indexOf(`@cifarlab/${first}`), first).toBeGreaterThanOrEqual(0);
    expect(order.indexOf(`@cifarlab/${first}`), first).toBeLessThan(order.indexOf(`@cifarlab/${then}`));
  }
  expect(order.at(-1)).toBe('@cifarlab/cli');
});

describe('a registry that has all but two of the packages', () => {
  let registry: Registry;

  beforeAll(async () => {
    const half = join(folder, 'half');
    await cp(join(folder, 'registry', 'storage', '@cifarlab'), join(half, 'storage', '@cifarlab'), { recursive: true });
    for (const name of ['cli', 'plots']) await rm(join(half, 'storage', '@cifarlab', name), { recursive: true });
    registry = await startRegistry(half, { url: 'http://127.0.0.1:9/' });
  });
  afterAll(() => registry?.close());
  const status = async () => (await fetch(`${registry.url}@cifarlab%2fcli`)).status;

  test('gets nothing from a dry run, which shows what would be published', async () => {
    const { code, stdout, stderr } = await release(registry, '--dry-run', '--access', 'restricted');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`Would be published to ${registry.url} in this order:`);
    const row = String.raw` +\d+\.\d+\.\d+ +latest +restricted +\d+\.\d [kM]B +\d+\.\d [kM]B +\d+`;
    const rows = `package +version +tag +access +packed +unpacked +files\n@cifarlab/plots${row}\n@cifarlab/cli${row}\n`;
    expect(stdout).toMatch(new RegExp(`^${rows}`, 'm'));
    const known = names(/^Already in the registry: .*$/m.exec(stdout)![0]);
    expect(known).toContain('@cifarlab/ort-linux-x64');
    expect(known).toHaveLength(names(/^Published .*$/m.exec(released)![0]).length - 2);
    expect(stdout).toContain('Left out by --platform: @cifarlab/ort-darwin-arm64');
    expect(stdout).toContain('Dry run: nothing was published.');
    expect(await status()).toBe(404);
  });

  test('refuses a release without its token, which says what is left', async () => {
    const { code, stdout } = await release({ ...registry, token: 'wrong' });
    expect(code).toBe(1);
    expect(stdout).toContain('Published 0 of 2.');
    expect(names(/^Not published: .*$/m.exec(stdout)![0])).toEqual(['@cifarlab/plots', '@cifarlab/cli']);
    expect(await status()).toBe(404);
  });

  test('gets them, and then has all', async () => {
    const { code, stdout, stderr } = await release(registry);
    expect(code, stderr).toBe(0);
    expect(names(/^Published 2 of 2: .*$/m.exec(stdout)![0])).toEqual(['@cifarlab/plots', '@cifarlab/cli']);
    expect(await status()).toBe(200);
    const again = await release(registry);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toContain(`Nothing to publish to ${registry.url}`);
  });
});

test('a registry that cannot be reached is not taken for an empty one', async () => {
  const { code, stdout, stderr } = await release({ url: 'http://127.0.0.1:9/', token: '' });
  expect(code).toBe(1);
  expect(stderr).toContain('The registry does not say whether it has @cifarlab/');
  expect(stdout).not.toContain('Published');
});
