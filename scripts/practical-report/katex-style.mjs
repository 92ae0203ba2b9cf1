// @ts-check
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Returns KaTeX's style sheet with its fonts inside. */
export function katexStyle() {
  const file = createRequire(import.meta.url).resolve('katex/dist/katex.min.css');
  const fontSources = /src:url\((fonts\/[\w-]+\.woff2)\) format\("woff2"\)[^;}]*/g;
  return readFileSync(file, 'utf8').replaceAll(fontSources, (_, font) => {
    const data = readFileSync(join(dirname(file), font)).toString('base64');
    return `src:url(data:font/woff2;base64,${data}) format("woff2")`;
  });
}
