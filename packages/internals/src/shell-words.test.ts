import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commandLine, pathWord } from './shell-words.js';

const words = [
  'runs/2026-01-02T03-04-05-mlp',
  '--learning-rate=0.1',
  '',
  ' ',
  'my runs/a  b',
  "it's",
  'say "hi"',
  '$HOME `id` $(id) !! \\ * ? [a] {a,b} # ~ & | ; < >',
  '~',
  '#1',
  '=ls',
  '-dash',
  'grüße/日本語',
  "a\\'b",
];

describe('commandLine', () => {
  it.runIf(process.platform !== 'win32')('is read by a shell as the words that it was made of', () => {
    const line = commandLine([
      process.execPath,
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)))',
      '--',
      ...words,
    ]);
    expect(JSON.parse(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' }))).toEqual(words);
  });

  it('shows no character that cannot be seen, and bash reads it', (context) => {
    const strange = ['a\nb', '\u001b[31mred', "it's\t\\n", 'x\u202ey', 'c1\u009bz', '\u{e0041}'];
    const line = commandLine(strange, 'linux');
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    const script = `LC_ALL=C.UTF-8; for word in ${line}; do printf '%s\\0' "$word"; done`;
    let read: string;
    try {
      read = execFileSync('bash', ['-c', script], { encoding: 'utf8' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') context.skip('there is no bash here');
      throw error;
    }
    expect(read.split('\0').slice(0, -1)).toEqual(strange);
  });

  it('leaves plain words as they are, and quotes for Windows as its shell reads it', () => {
    expect(commandLine(['cifarlab', 'train', '--data-dir', 'a/b_c-1.0'], 'linux')).toBe(
      'cifarlab train --data-dir a/b_c-1.0',
    );
    expect(commandLine(['cifarlab', 'C:\\runs\\a', 'C:\\my runs', "it's"], 'win32')).toBe(
      'cifarlab C:\\runs\\a "C:\\my runs" "it\'s"',
    );
  });
});

it('pathWord keeps a path from being read as a flag', () => {
  expect(['-x', '--a_b/c', 'a-b', '/x'].map(pathWord)).toEqual(['./-x', './--a_b/c', 'a-b', '/x']);
});
