import MarkdownIt from 'markdown-it';
import { expect, test, vi } from 'vitest';
import { mathematics } from './mathematics.js';

const md = new MarkdownIt();
mathematics(md as never);

test('formulas are set within a line and on their own', () => {
  const html = md.render('Of $a_i$:\n\n$$\nb\n$$\n\n`$c$` costs \\$5.');
  const formulas = [...html.matchAll(/<annotation encoding="application\/x-tex">(.*?)<\/annotation>/gs)];
  expect(formulas.map(([, tex]) => tex!.trim())).toEqual(['a_i', 'b']);
  expect(html).toContain("<p v-pre class='katex-block'>");
  expect(html).toContain('<code>$c$</code> costs $5.');
});

test.each(['$\\nosuch$', '$$\n\\frac{a}\n$$'])('%s does not compile', (text) => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(() => md.render(text)).toThrow('This formula does not compile');
});
