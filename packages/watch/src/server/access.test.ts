import { expect, it } from 'vitest';
import { AccessRule } from './access.js';

const rule = new AccessRule('secret', ['Here.example']);
const ask = (url: string, { method = 'GET', host = '127.0.0.1:8000' }: { method?: string; host?: string } = {}) =>
  rule.check({ method, url, headers: host === '' ? {} : { host } });
const statusOf = (answer: ReturnType<typeof ask>) => ('status' in answer ? answer.status : 200);

it('allows what knows the token', () => {
  expect(ask('/secret/')).toMatchObject({ path: '' });
  expect(ask('/secret/runs/a/batch.png')).toMatchObject({ path: 'runs/a/batch.png' });
  const events = ask('/secret/events?run=1');
  expect('query' in events && events.query.get('run')).toBe('1');
  expect(statusOf(ask('/secret/', { method: 'HEAD' }))).toBe(200);
});

it.each(['/', '/secre/', '/secrets/', '/SECRET/', '/events', '/?token=secret'])(
  'refuses %s, without the token',
  (url) => {
    expect(statusOf(ask(url))).toBe(403);
  },
);

it.each(['http://127.0.0.1/secret/', '//secret/', '*', 'secret'])(
  'refuses the target %s, which is not a path',
  (url) => {
    expect(statusOf(ask(url))).toBe(400);
  },
);

it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', undefined])('refuses %s', (method) => {
  expect(statusOf(rule.check({ method, url: '/secret/', headers: { host: 'localhost' } } as never))).toBe(405);
});

it.each(['localhost', 'LOCALHOST:8000', '127.0.0.1', '[::1]:8000', '192.168.1.2:80', 'here.example:8000'])(
  'answers by the name %s',
  (host) => expect(statusOf(ask('/secret/', { host }))).toBe(200),
);

it.each(['evil.example', 'localhost.evil.example:8000', '127.0.0.1.evil.example', '', '127.0.0.1@evil.example'])(
  'does not answer by the name "%s", which another site may have led here',
  (host) => expect(statusOf(ask('/secret/', { host }))).toBe(421),
);
