// The documentation site: every Markdown page of the repository, where it is, with the API reference beside it.
import { fileURLToPath } from 'node:url';
import { slug } from 'github-slugger';
import { defineConfig } from 'vitepress';
import { pageOf, repositoryLinks } from './links.js';
import { mathematics } from './mathematics.js';
import { sidebar } from './sidebar.js';

export default defineConfig({
  title: 'cifarlab',
  description: 'Neural networks in TypeScript on Node, from backpropagation by hand to ConvNets on CIFAR-10',
  srcDir: fileURLToPath(new URL('../..', import.meta.url)),
  srcExclude: ['**/CHANGELOG.md', '**/{fixtures,dist,runs,report}/**'],
  rewrites: pageOf,
  markdown: {
    anchor: { slugify: (heading) => slug(heading) },
    languageAlias: { slurm: 'sh', condor: 'ini' },
    config(md) {
      mathematics(md);
      repositoryLinks(md);
    },
  },
  vite: {
    // Pages outside of this folder find Vue here, too.
    resolve: {
      alias: [{ find: /^vue(?=$|\/)/, replacement: fileURLToPath(new URL('../node_modules/vue', import.meta.url)) }],
    },
    build: { chunkSizeWarningLimit: 4000 },
  },
  themeConfig: {
    nav: [
      { text: 'Getting started', link: '/docs/getting-started' },
      { text: 'The practical', link: '/docs/practical/' },
      { text: 'Command line', link: '/apps/cli/' },
      { text: 'Packages', link: '/docs/the-map' },
      { text: 'API', link: '/docs/api/' },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: 'local' },
    externalLinkIcon: true,
  },
});
