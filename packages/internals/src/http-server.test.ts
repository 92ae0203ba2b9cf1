import { expect, it } from 'vitest';
import { cannotListen, isOwnName, originOf, parseTarget } from './http-server.js';

const names = new Set(['here.example']);

it.each(['localhost', 'LOCALHOST:80', '127.0.0.1:8000', '[::1]:80', '192.168.1.2', 'Here.Example:80'])(
  'knows the name %s as its own',
  (host) => expect(isOwnName(host, names)).toBe(true),
);

it.each([undefined, '', 'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '127.0.0.1@evil.example'])(
  'does not know %s',
  (host) => expect(isOwnName(host, names)).toBe(false),
);

it('parses paths only', () => {
  expect(parseTarget('/predict?top=3')?.searchParams.get('top')).toBe('3');
  for (const url of ['//evil.example/', 'http://evil.example/', '*', '']) expect(parseTarget(url)).toBeUndefined();
});

it('writes addresses', () => {
  expect(originOf({ address: '127.0.0.1', port: 80 })).toBe('http://127.0.0.1:80');
  expect(originOf({ address: '::1', port: 80 })).toBe('http://[::1]:80');
});

it.each([
  ['EADDRINUSE', 'port 80 is in use'],
  ['EACCES', 'choose one above 1023'],
  ['EADDRNOTAVAIL', 'here is not an address of this machine'],
  ['EOTHER', 'nothing can be served at here, port 80: broken'],
])('says why %s', (code, text) => {
  expect(cannotListen('here', 80, Object.assign(new Error('broken'), { code }))).toContain(text);
});
