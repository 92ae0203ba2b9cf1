import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseXml } from '../test/support/xml.js';
import { escapeMarkup, plainText } from './escape.js';

const anyString = fc.string({ unit: 'binary' });

describe('escapeMarkup', () => {
  it('makes any string legal XML text and attribute', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        const escaped = escapeMarkup(text);
        const element = parseXml(`<a b="${escaped}">${escaped}</a>`);
        expect(element.children).toEqual([]);
        expect(Object.keys(element.attributes)).toEqual(['b']);
      }),
    );
  });

  it('round-trips through a parser', () => {
    const text = `<script>alert("1" & '2')</script> π 🚀`;
    expect(parseXml(`<a>${escapeMarkup(text)}</a>`).text).toBe(text);
  });

  it('replaces what XML cannot hold', () => {
    expect(escapeMarkup('a\u0000b\ud800c\uffffd')).toBe('a\ufffdb\ufffdc\ufffdd');
  });
});

describe.each([
  ['escapeMarkup', escapeMarkup],
  ['plainText', plainText],
])('%s', (_, escaped) => {
  it.each([...'\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'])(
    'shows the mark of direction %j by its number',
    (mark) => {
      const number = `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`;
      expect(escaped(`cat${mark}gnp.tac`)).toBe(`cat${number}gnp.tac`);
    },
  );

  it('leaves letters that are written from right to left', () => {
    expect(escaped('חתול قط')).toBe('חתול قط');
  });
});

describe('plainText', () => {
  it('is one line', () => {
    expect(plainText('a\r\nb\tc\u2028d')).toBe('a b c d');
  });

  it('leaves nothing XML cannot hold', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        expect(plainText(text)).not.toMatch(/[\n\r\t]|\p{Cc}/u);
      }),
    );
  });
});
