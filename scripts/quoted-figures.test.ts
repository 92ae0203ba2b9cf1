import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { markdownPages, root } from './pages/markdown-pages.js';
import { originalValue, quotedFigures, states } from './quoted-figures.js';

const quoted = markdownPages().flatMap(({ path, text }) =>
  quotedFigures(text).map((figure) => ({ page: path, ...figure })),
);

test('the README quotes results', () => {
  expect(quoted.filter(({ page }) => page === 'README.md').length).toBeGreaterThan(0);
});

test.each(quoted)('$page: "$text" is $field of $file', (figure) => {
  const value = originalValue(figure, readFileSync(`${root}/docs/results/${figure.file}`, 'utf8'));
  expect(states(figure.text, value), `${figure.text} for ${value}`).toBe(true);
});

describe('the check itself', () => {
  const page = 'reaches <!-- result a/metrics.jsonl event=eval step=2 accuracy -->0.4838<!-- /result --> here';

  test('finds figure, origin and text', () => {
    expect(quotedFigures(page)).toEqual([
      { file: 'a/metrics.jsonl', where: { event: 'eval', step: '2' }, field: 'accuracy', text: '0.4838' },
    ]);
  });

  test('picks the one line that fits', () => {
    const lines = '{"event":"eval","step":1,"accuracy":0.1}\n{"event":"eval","step":2,"accuracy":0.48382}\n';
    expect(originalValue(quotedFigures(page)[0]!, lines)).toBe(0.48382);
    expect(() => originalValue(quotedFigures(page)[0]!, '{"event":"eval","step":3}')).toThrow('0 lines of a/metrics');
  });

  test.each([
    ['0.4838', 0.48382, true],
    ['0.4839', 0.48382, false],
    ['48.38 %', 0.48382, true],
    ['1,400', 1400, true],
    ['about half', 0.5, false],
    ['float64', 'float64', true],
  ])('"%s" states %s: %s', (text, value, stated) => {
    expect(states(text, value)).toBe(stated);
  });
});
