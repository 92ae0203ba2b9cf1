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
