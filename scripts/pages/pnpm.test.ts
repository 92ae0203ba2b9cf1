import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { markdownPages, root } from './markdown-pages.js';
import { pnpmErrors } from './pnpm.js';

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const version = packageManager.replace('pnpm@', '');

test.each(markdownPages())('$path asks for pnpm only as everyone can run it', (page) => {
  expect(pnpmErrors(page, version)).toEqual([]);
});

test.each([
  ['README.md', '`pnpm build`'],
  ['README.md', '`npx pnpm cifarlab train mlp`'],
  ['docs/guides/own-data.md', 'text\n\n```sh\nnpm start\nnpx --yes pnpm@1.2.3 build\n```'],
  ['packages/gemm/README.md', '```\n$ pnpm -s cifarlab data\n```'],
])('%s with %j is found', (path, text) => {
  expect(pnpmErrors({ path, text }, '1.2.3')).toEqual([expect.stringMatching(/^[\w/-]+\.md:\d+: ".*" needs pnpm$/)]);
});

test.each(['`pnpm release`', '`npx pnpm release`', '`npx --yes pnpm@1.2.4 release`', '```sh\npnpm changeset\n```'])(
  'contributors are told of %j',
  (text) => {
    expect(pnpmErrors({ path: 'CONTRIBUTING.md', text }, '1.2.3')).toEqual([
      expect.stringContaining('write "npx --yes pnpm@1.2.3 …", or "npm run SCRIPT -- …"'),
    ]);
  },
);

test.each([
  ['CONTRIBUTING.md', '`npx --yes pnpm@1.2.3 add x`, `pnpm`, `pnpm-lock.yaml`'],
  ['docs/engines.md', 'pnpm leaves them out; `npm run build`, `packages/pnpm x`'],
])('%s with %j passes', (path, text) => {
  expect(pnpmErrors({ path, text }, '1.2.3')).toEqual([]);
});
