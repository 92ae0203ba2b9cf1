import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { watchStream } from './watch-stream.js';

const failing = (code: string) =>
  new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) });

it.each(['ENOSPC', 'EIO', 'EBADF'])('tells of %s when all is written, and throws nothing meanwhile', async (code) => {
  const stream = failing(code);
  const failure = watchStream(stream);
  stream.write('one');
  stream.write('two');
  expect(await failure()).toMatchObject({ code });
});

it('does not mind a reader that has left', async () => {
  const stream = failing('EPIPE');
  const failure = watchStream(stream);
  stream.write('one');
  expect(await failure()).toBeUndefined();
});

it('waits for a slow stream', async () => {
  let written = '';
  const slow = new Writable({
    write(chunk, _encoding, done) {
      setTimeout(() => {
        written += chunk;
        done();
      }, 5);
    },
  });
  const failure = watchStream(slow);
  slow.write('one ');
  slow.write('two');
  expect(await failure()).toBeUndefined();
  expect(written).toBe('one two');
});
