// The documentation site, in docs/.vitepress/dist: the pages, the API reference from the docstrings, and, where there
// is a Chromium, the practical's answers as one PDF. Fails on a link that leads nowhere and a formula that does not
// compile.
//   npm run docs
//   npm run docs -- --serve           shows it at http://localhost:4173
//   npm run docs -- --base /cifarlab/ for a site below another
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endWithParent } from './lib/end-with-parent.mjs';
import { CHROMIUM, NO_CHROMIUM } from './lib/find-chromium.mjs';
import { install, orExit, pnpm, requireNode, root, run } from './lib/workspace.mjs';

const { values } = parseArgs({
  options: { base: { type: 'string', default: '/' }, serve: { type: 'boolean', default: false } },
});
requireNode();
endWithParent();
if (!existsSync(join(root, 'docs/node_modules/vitepress'))) await orExit(install({ quiet: true }));
await orExit(checkLinks());
const vitepress = (...args) => pnpm(['--dir', 'docs', 'exec', 'vitepress', ...args, '--base', values.base]);

await orExit(run(process.execPath, ['docs/.vitepress/api.mjs']));
await orExit(vitepress('build'));
const dist = join(root, 'docs/.vitepress/dist');
console.log(dist);
if (CHROMIUM === undefined) console.log(`No PDF of the practical was made: ${NO_CHROMIUM}.`);
else {
  const { printPractical } = await import('../docs/.vitepress/print.mjs');
  const path = join(dist, 'practical.pdf');
  await printPractical(dist, { executable: CHROMIUM, path, base: values.base, footer: origin() });
  console.log(path);
}
if (values.serve) await orExit(vitepress('serve'));

/** Follows the links between the pages, and to their headings. */
function checkLinks() {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: root });
  const pages = files
    .toString()
    .trim()
    .split('\n')
    .filter((page) => existsSync(join(root, page)) && !/^\.|CHANGELOG\.md$|\/fixtures\/|\[/.test(page))
    .map((page) => join('..', page));
  const options = ['--no-stdout', '--frail', '--quiet', '--rc-path', '.remarkrc.mjs'];
  return pnpm(['--dir', 'docs', 'exec', 'remark', ...options, ...pages]);
}

/** Returns what the pages were made from: the commit, if this is a clone, and the date. */
function origin() {
  const date = new Date().toISOString().slice(0, 10);
  try {
    const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
    const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `cifarlab ${git('rev-parse', '--short=10', 'HEAD')}${isChanged ? ', with changes' : ''}, ${date}`;
  } catch {
    return `cifarlab, ${date}`;
  }
}
