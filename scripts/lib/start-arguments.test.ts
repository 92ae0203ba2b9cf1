import { expect, test } from 'vitest';
import { startArguments } from './start-arguments.mjs';

const now = new Date(2026, 0, 2, 3, 4, 5);
const start = (...args: string[]) => startArguments(args, now);

test('without arguments', () => {
  expect(start()).toEqual({
    folder: 'runs/2026-01-02T03-04-05-start',
    mlp: [],
    convNet: ['--max-steps', '100', '--no-test'],
  });
});

test('the MLPs get all, the ConvNet what means the same to it', () => {
  const args = [
    '--data_dir',
    'here',
    '--learning-rate',
    '5e-3',
    '--offline',
    '--dnn-hidden-units=',
    '--seed=7',
    '--flip',
  ];
  const { mlp, convNet } = start(...args);
  expect(mlp).toEqual(['--data-dir', ...args.slice(1)]);
  expect(convNet.slice(3)).toEqual(['--data-dir', 'here', '--offline', '--seed', '7']);
});

test('the ConvNet makes no more steps than its own', () => {
  const steps = (count: string) => start(`--max_steps=${count}`).convNet[1];
  expect([steps('20'), steps('100'), steps('5000')]).toEqual(['20', '100', '100']);
});

test('--out is the folder of all runs', () => {
  expect(start('--out', 'mine').folder).toBe('mine');
});
