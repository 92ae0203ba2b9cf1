// Makes the moving pictures of the first page from recorded runs:
//   train.svg        from train.cast, a recording of `npx cifarlab train mlp-ndarray --max-steps 300 --eval-freq 50`
//   live-page.webp   from docs/results/mlp-ndarray, shown by `cifarlab watch` as it grows; needs Chromium
//   npm run moving-pictures
import { readFileSync, writeFileSync } from 'node:fs';
import { CHROMIUM, NO_CHROMIUM } from '../../scripts/lib/find-chromium.mjs';
import { livePage } from './live-page.mjs';
import { terminalSvg } from './terminal.mjs';

const file = (name) => new URL(name, import.meta.url);

writeFileSync(file('train.svg'), terminalSvg(readFileSync(file('train.cast'), 'utf8')));
if (CHROMIUM === undefined) {
  console.error(`live-page.webp was not made: ${NO_CHROMIUM}.`);
  process.exitCode = 1;
} else {
  writeFileSync(file('live-page.webp'), await livePage(CHROMIUM));
}
