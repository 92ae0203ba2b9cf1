import { expect, inject, test } from 'vitest';
import { root } from './root.js';
import { run } from './run.js';
import { release } from './setup.js';

const { registry, publishing, dryRun, release: released } = inject('e2e');

/** Names in the order in which a list of `name@version` has them. */
const names = (text: string) => [...text.matchAll(/(@cifarlab\/[\w-]+)@/g)].map(([, name]) => name!);

test('a dry run shows what would be published where, and publishes nothing', () => {
  expect(dryRun.code, dryRun.stderr).toBe(0);
  expect(dryRun.stdout).toContain(`Would be published to ${registry} in this order`);
  expect(dryRun.stdout).toMatch(/^package +version +tag +access +packed +unpacked +files$/m);
  expect(dryRun.stdout).toMatch(/^@cifarlab\/gemm +\d\S* +latest +public +\d\S* kB +\d\S* [kM]B +\d+$/m);
  expect(dryRun.stdout).toMatch(/^@cifarlab\/ort-linux-x64 +1\.30\.0 +latest +public +\d\S* MB /m);
  expect(dryRun.stdout).toContain('Left out by --platform: @cifarlab/ort-darwin-arm64');
  expect(dryRun.stdout).toContain('Dry run: nothing was published.');
  expect(dryRun.left).toBe(0);
});

test('a release publishes each package after those that it needs', () => {
  const [, list] = /^Published (\d+ of \d+: .*)\.$/m.exec(released.stdout) ?? [];
  expect(list, released.stdout).toBeDefined();
  const order = names(list!);
  expect(list).toMatch(new RegExp(`^${order.length} of ${order.length}:`));
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

test('a second release finds nothing to do', async () => {
  const again = await run(release, root, publishing);
  expect(again.code, again.stderr).toBe(0);
  expect(again.stdout).toContain(`Nothing to publish to ${registry}`);
  expect(names(again.stdout.split('\n')[0]!)).toEqual(
    expect.arrayContaining(['@cifarlab/cli', '@cifarlab/ort-linux-x64']),
  );
});

test('a registry that cannot be reached is no registry without packages', async () => {
  const nowhere = { 'npm_config_@cifarlab:registry': 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' };
  const outcome = await run(release, root, { ...publishing, ...nowhere });
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toContain('The registry does not say whether it has @cifarlab/');
});
