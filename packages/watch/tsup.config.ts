import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { definePackage } from '../../tsup.shared.ts';
import { licencesOf } from '../../tsup.third-party.shared.ts';
import { buildPage } from './build-page.mjs';

const page = fileURLToPath(new URL('dist/page', import.meta.url));

export default definePackage(
  {
    index: 'src/index.ts',
    'watch-process': 'src/process/watch-process.ts',
    'sample-process': 'src/samples/sample-process.ts',
  },
  {
    async onSuccess() {
      await writeFile(`${page}/page.NOTICES.txt`, licencesOf(await buildPage(page)));
    },
  },
);
