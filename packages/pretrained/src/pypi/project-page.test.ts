import { describe, expect, test } from 'vitest';
import { shownAddress, withoutCredentials, withoutSecrets } from './address.js';
import { findFile } from './project-page.js';

const base = 'https://index.invalid/simple/tiny/';
const inJson = (files: unknown) =>
  findFile(JSON.stringify({ files }), 'application/vnd.pypi.simple.v1+json', base, 'a.whl');
const inHtml = (page: string) => findFile(page, 'text/html; charset=utf-8', base, 'a.whl');

test.each([
  [[{ url: 'https://files.invalid/x/a.whl#sha256=00' }], 'https://files.invalid/x/a.whl'],
  [[{ url: '../../files/a.whl' }], 'https://index.invalid/files/a.whl'],
  [[{ url: 'b.whl' }, { url: 'a.whl?x=1' }], `${base}a.whl?x=1`],
  [[{ url: 'https://files.invalid/a.whl.metadata' }], undefined],
  [[{ url: 'file:///etc/a.whl' }, { url: 'http://[/a.whl' }, null, {}, { url: 1 }], undefined],
  [undefined, undefined],
])('JSON: %j', (files, expected) => {
  expect(inJson(files)).toBe(expected);
});

test.each([
  ['<a href="a.whl">a.whl</a>', `${base}a.whl`],
  ["<A data-x='1' HREF = '/f/a.whl#sha256=00' >", 'https://index.invalid/f/a.whl'],
  ['<a href="/f/a.whl?x=1&amp;y=2">', 'https://index.invalid/f/a.whl?x=1&y=2'],
  ['<abbr href="a.whl"><a>a.whl</a>', undefined],
  ['', undefined],
])('HTML: %s', (page, expected) => {
  expect(inHtml(page)).toBe(expected);
});

test.each(['<a ', '<a href="', 'href = '])('a page of %j again and again', (piece) => {
  expect(inHtml(`<a x="${piece.repeat(2e5)}`)).toBeUndefined();
});

describe('addresses', () => {
  test('as messages show them', () => {
    expect(shownAddress('https://user:secret@host.invalid:8080/a/b?token=c#d')).toBe('https://host.invalid:8080/a/b');
    expect(shownAddress('secret')).toBe('something that is not an address');
  });

  test('in a text of others', () => {
    expect(
      withoutSecrets('request to https://u:secret@host.invalid/a?b=secret failed, (see http://x.invalid/y#secret)'),
    ).toBe('request to https://host.invalid/a failed, (see http://x.invalid/y)');
    expect(withoutSecrets('1 of 2: no, http was not')).toBe('1 of 2: no, http was not');
  });

  test('without credentials', () => {
    expect(withoutCredentials('https://a:b@host.invalid/x')).toEqual({
      url: 'https://host.invalid/x',
      authorization: `Basic ${Buffer.from('a:b').toString('base64')}`,
    });
    expect(withoutCredentials('https://token@host.invalid/x').authorization).toBe(
      `Basic ${Buffer.from('token:').toString('base64')}`,
    );
    expect(withoutCredentials('https://host.invalid/x').authorization).toBeUndefined();
  });
});
