import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { EventClient } from './event-client.js';

/** A response whose page takes nothing while it is `full`. */
class FakeResponse extends EventEmitter {
  readonly written: string[] = [];
  full = false;
  isDestroyed = false;
  writableEnded = false;

  write(text: string): boolean {
    this.written.push(text);
    return !this.full;
  }

  destroy(): void {
    this.isDestroyed = true;
  }

  end(): void {
    this.writableEnded = true;
  }
}

function connect() {
  const response = new FakeResponse();
  const clock = { now: 0 };
  return { response, clock, client: new EventClient(response as never, () => clock.now) };
}

it('sends events in one line of JSON', () => {
  const { response, client } = connect();
  client.send('run', { text: 'two\nlines' });
  expect(response.written).toEqual(['event: run\ndata: {"text":"two\\nlines"}\n\n']);
});

it('has no room until a slow page has taken the last event', () => {
  const { response, client } = connect();
  response.full = true;
  expect(client.hasRoom).toBe(true);
  client.send('run', 1);
  expect(client.hasRoom).toBe(false);
  response.full = false;
  response.emit('drain');
  expect(client.hasRoom).toBe(true);
  client.end();
  expect(client.hasRoom).toBe(false);
});

it('ends the connection of a page that takes nothing for a minute', () => {
  const { response, clock, client } = connect();
  response.full = true;
  client.send('run', 1);
  clock.now = 60_000;
  client.tend();
  expect(response.isDestroyed).toBe(false);
  clock.now = 60_001;
  client.tend();
  expect([response.isDestroyed, response.written.length]).toEqual([true, 1]);
});

it('gives a sign of life where there is nothing to tell', () => {
  const { response, clock, client } = connect();
  clock.now = 15_000;
  client.tend();
  expect(response.written).toEqual([]);
  clock.now = 15_001;
  client.tend();
  client.tend();
  expect(response.written).toEqual([':\n\n']);
});
