import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme } from 'vitepress';
import { addressOf, root, titleOf } from './links.js';

/** Returns the table of contents: the pages of each folder under their own headings. */
export function sidebar(): DefaultTheme.Sidebar {
  return [
    { text: 'Start', items: ['README.md', 'docs/getting-started.md', 'docs/README.md', 'docs/the-map.md'].map(entry) },
    { text: 'The practical', collapsed: false, items: pagesIn('docs/practical').map(entry) },
    { text: 'Guides', collapsed: true, items: [...pagesIn('docs/guides'), ...pagesIn('docs')].map(entry) },
    { text: 'Results', collapsed: true, items: ['docs/results/README.md', 'bench/README.md'].map(entry) },
    { text: 'Packages', collapsed: true, items: ['apps/cli', ...foldersIn('packages')].map(packageEntry) },
    { text: 'API reference', collapsed: true, items: apiItems() },
    { text: 'Taking part', collapsed: true, items: ['CONTRIBUTING.md', 'SECURITY.md', 'e2e/README.md'].map(entry) },
  ];
}

const elsewhere = /^docs\/(README|getting-started|the-map|practical\/print)\.md$/;

function pagesIn(folder: string): string[] {
  const pages = readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'));
  return pages
    .map((name) => `${folder}/${name}`)
    .filter((path) => !elsewhere.test(path))
    .sort(indexFirst);
}

function indexFirst(one: string, other: string): number {
  return Number(other.endsWith('/README.md')) - Number(one.endsWith('/README.md')) || one.localeCompare(other);
}

function foldersIn(folder: string): string[] {
  return readdirSync(join(root, folder))
    .map((name) => `${folder}/${name}`)
    .filter((path) => existsSync(join(root, path, 'README.md')));
}

function entry(path: string): DefaultTheme.SidebarItem {
  return { text: titleOf(path), link: addressOf(path) };
}

function packageEntry(folder: string): DefaultTheme.SidebarItem {
  return { text: folder.replace(/^\w+\//, ''), link: addressOf(`${folder}/README.md`) };
}

/** Returns what TypeDoc wrote; nothing before `npm run docs` has run it. */
function apiItems(): DefaultTheme.SidebarItem[] {
  const file = join(root, 'docs/api/typedoc-sidebar.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}
