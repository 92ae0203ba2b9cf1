import { expect, test } from 'vitest';
import { terminalSvg } from './terminal.mjs';

const cast = (...pieces: string[]) =>
  [{ command: 'x --y' }, ...pieces.map((text, index) => [index + 1, 'o', text])]
    .map((line) => JSON.stringify(line))
    .join('\n');
const shown = (svg: string) => [...svg.matchAll(/<text x="14" y="([\d.]+)"(?: class="\w")?>(.*?)<\/text>/g)];

test('a line that is drawn anew takes the place of the one before', () => {
  const svg = terminalSvg(cast('a <b>\r\nstep 1\r\n', '\u001b[1F\u001b[0Jstep 2\r\n', 'done\r\n'));
  const frames = new Map<number, string[]>();
  const height = Number(/viewBox="0 0 \S+ (\d+)"/.exec(svg)![1]);
  for (const [, y, text] of shown(svg)) {
    const frame = Math.floor(Number(y) / height);
    frames.set(frame, [...(frames.get(frame) ?? []), text!]);
  }
  expect([...frames.values()]).toEqual([
    ['$ x --y'],
    ['$ x --y', 'a &lt;b>', 'step 1'],
    ['$ x --y', 'a &lt;b>', 'step 2'],
    ['$ x --y', 'a &lt;b>', 'step 2', 'done'],
  ]);
});
