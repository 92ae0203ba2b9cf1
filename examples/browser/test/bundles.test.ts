import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleForBrowser } from './bundle.js';
import { ENTRY_POINTS, PEERS } from './entry-points.js';

describe('a bundle for a browser', () => {
  const bundles = new Map<string, Bundle>();
  beforeAll(async () => {
    for (const entryPoint of ENTRY_POINTS) bundles.set(entryPoint, await bundleForBrowser(entryPoint, PEERS));
  }, 120_000);

  it.each(ENTRY_POINTS)('%s needs nothing of Node, and bundles without a warning', (entryPoint) => {
    const { missing, warnings } = bundles.get(entryPoint)!;
    expect(missing).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('of an entry for Node is refused, with the way to each built-in', async () => {
    const { missing } = await bundleForBrowser('@cifarlab/trainer/node', PEERS);
    expect(missing).toContain('page.js → packages/trainer/dist/node.js → crypto (import-statement)');
  });

  it.each(ENTRY_POINTS)('%s has about the size that the README tells', (entryPoint) => {
    const { minified, gzipped, gzippedLater } = bundles.get(entryPoint)!;
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${entryPoint}\` |`)) ?? '';
    const told = [...row.matchAll(/ ([\d.]+|–) (?=\|)/g)].map(([, size]) => (size === '–' ? 0 : Number(size)));
    const isTold = [minified, gzipped, gzippedLater].every(
      (bytes, i) => Math.abs(bytes / 1000 - told[i]!) <= 0.5 + 0.2 * told[i]!,
    );
    expect(
      isTold,
      `the README has ${JSON.stringify(row)}; it should be\n${tableRow(entryPoint, bundles.get(entryPoint)!)}`,
    ).toBe(true);
  });
});

function tableRow(entryPoint: string, { minified, gzipped, gzippedLater }: Bundle): string {
  const inKB = (bytes: number) => (bytes === 0 ? '–' : (bytes / 1000).toFixed(1));
  return `| \`${entryPoint}\` | ${inKB(minified)} | ${inKB(gzipped)} | ${inKB(gzippedLater)} |`;
}
