import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { problemsOf } from '../lib/check-tarball.mjs';
import { size, type Tarball, table } from '../lib/pack.mjs';
import { inDependencyOrder, publicPackages } from '../lib/public-packages.mjs';
import { distTag } from './dist-tag.mjs';
import { publishAll } from './publish-all.mjs';
import { pendingChangesets } from './reasons-to-wait.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'release-test-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test.each([
  ['0.1.0', 'latest'],
  ['1.0.0-next.0', 'next'],
  ['1.0.0-beta.12', 'beta'],
  ['1.30.0-1', 'latest'],
  ['1.0.0+build-next', 'latest'],
])('%s goes under the dist-tag %s', (version, tag) => {
  expect(distTag(version)).toBe(tag);
});

describe('publishing one after the other', () => {
  const plan = ['a', 'b', 'c'].map((name) => ({ name, version: '1.0.0' }));
  const attempt = async (publish: (name: string) => number) => {
    const lines: string[] = [];
    const tried: string[] = [];
    const complete = await publishAll(
      plan,
      async ({ name }) => {
        tried.push(name);
        return publish(name);
      },
      (line) => lines.push(line),
    );
    return { complete, tried, text: lines.join('\n') };
  };

  test('says what was published', async () => {
    const { complete, text } = await attempt(() => 0);
    expect(complete).toBe(true);
    expect(text).toBe('\nPublished 3 of 3: a@1.0.0, b@1.0.0, c@1.0.0.');
  });

  test('stops at a failure, and says what is left', async () => {
    const { complete, tried, text } = await attempt((name) => (name === 'b' ? 1 : 0));
    expect({ complete, tried }).toEqual({ complete: false, tried: ['a', 'b'] });
    expect(text).toContain('Published 1 of 3: a@1.0.0.');
    expect(text).toContain('Not published: b@1.0.0, c@1.0.0.');
    expect(text).toContain('It stopped at b, see above. `npm run release` again publishes what is left.');
  });

  test('stops after an interrupt, and says so', async () => {
    const { complete, tried, text } = await attempt(() => {
      process.emit('SIGINT');
      return 0;
    });
    expect({ complete, tried }).toEqual({ complete: false, tried: ['a'] });
    expect(text).toContain('Not published: b@1.0.0, c@1.0.0.');
  });
});

test('a package comes after those that it needs', () => {
  const one = (name: string, ...needs: string[]) => ({
    name,
    manifest: { name, version: '1.0.0', peerDependencies: Object.fromEntries(needs.map((need) => [need, '^1.0.0'])) },
  });
  const order = inDependencyOrder([one('c', 'b', 'react'), one('a'), one('b', 'a')]);
  expect(order.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  expect(() => inDependencyOrder([one('a', 'b'), one('b', 'a')])).toThrow('depend on each other: a -> b -> a');
});

test('a changeset that a pre-release has taken up is not pending', () => {
  const folder = join(scratch, '.changeset');
  mkdirSync(folder);
  for (const name of ['README', 'brave-cats', 'calm-dogs']) writeFileSync(join(folder, `${name}.md`), '');
  expect(pendingChangesets(folder).sort()).toEqual(['brave-cats', 'calm-dogs']);
  writeFileSync(join(folder, 'pre.json'), JSON.stringify({ mode: 'pre', tag: 'next', changesets: ['brave-cats'] }));
  expect(pendingChangesets(folder)).toEqual(['calm-dogs']);
});

describe('a tarball', () => {
  const map = (sources: string[]) => JSON.stringify({ version: 3, sources });
  const tarball = (files: Record<string, string>, manifest: object = {}): Tarball => ({
    name: 'a',
    version: '1.0.0',
    file: 'a-1.0.0.tgz',
    packed: 1,
    unpacked: 1,
    manifest: { name: 'a', version: '1.0.0', type: 'module', ...manifest },
    files: new Map(Object.entries({ LICENSE: '', 'README.md': '', ...files }).map(([k, v]) => [k, Buffer.from(v)])),
  });

  test('that is whole has no problems', () => {
    const files = { 'src/a.ts': '', 'dist/index.js.map': map(['../src/a.ts']) };
    expect(problemsOf(tarball(files, { dependencies: { ndarray: '^1.0.0' }, scripts: { build: 'tsup' } }))).toEqual([]);
  });

  test.each<[string, Record<string, string>, object]>([
    ['src/a.test.ts is packed', { 'src/a.test.ts': '' }, {}],
    ['src/fixtures/a.json is packed', { 'src/fixtures/a.json': '' }, {}],
    ['.npmrc is packed', { '.npmrc': '' }, {}],
    ['dist/a.js.map names ../b/src/a.ts, which is not packed', { 'dist/a.js.map': map(['../../b/src/a.ts']) }, {}],
    ['package.json has the script postinstall, which runs at install time', {}, { scripts: { postinstall: 'x' } }],
    ['package.json has the type undefined; say module or commonjs', {}, { type: undefined }],
    [
      "dist/third-party/vega.NOTICES.txt is missing: dist/third-party/vega.cjs is other people's work",
      { 'dist/third-party/vega.cjs': '' },
      {},
    ],
    ["ThirdPartyNotices.txt is missing: libonnxruntime.so.1 is other people's work", { 'libonnxruntime.so.1': '' }, {}],
    ['package.json asks for b@workspace:^', {}, { peerDependencies: { b: 'workspace:^' } }],
  ])('%s', (problem, files, manifest) => {
    expect(problemsOf(tarball(files, manifest))).toEqual([problem]);
  });

  test('without a licence', () => {
    const bare = tarball({});
    bare.files.delete('LICENSE');
    expect(problemsOf(bare)).toEqual(['LICENSE is missing']);
  });
});

test('every public package says who may install it, under which licence, and which files it has', () => {
  const packages = publicPackages();
  expect(packages.length).toBeGreaterThan(15);
  for (const { name, manifest } of packages) {
    expect(manifest, name).toMatchObject({
      license: name.endsWith('-lite0-weights') ? 'Apache-2.0' : 'MIT',
      publishConfig: { access: 'public' },
      files: expect.any(Array),
    });
    if (!/\/ort-(?!runtime)/.test(name)) expect(manifest, name).toHaveProperty('sideEffects');
  }
});

test('sizes and columns', () => {
  expect([size(999), size(205_200), size(17_900_000)]).toEqual(['1.0 kB', '205.2 kB', '17.9 MB']);
  expect(
    table([
      ['package', ' packed'],
      ['a', '1.0 kB'],
    ]),
  ).toBe('package   packed\na         1.0 kB');
});
