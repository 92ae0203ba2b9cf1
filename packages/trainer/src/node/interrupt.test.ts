import { constants } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { signalExitCode, withInterrupt } from '../node.js';

const signals = (
  ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGXCPU', 'SIGBREAK'] as const
).filter((signal) => signal in constants.signals);
const listeners = () => signals.map((signal) => process.listenerCount(signal));
const raise = (signal: NodeJS.Signals) => process.emit(signal, signal);

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('withInterrupt', () => {
  it.each(signals)('aborts on the first %s and says which', async (name) => {
    const seen: string[] = [];
    const result = await withInterrupt(
      async (signal) => {
        expect(signal.aborted).toBe(false);
        raise(name);
        expect(signal.reason).toMatchObject({ message: `Interrupted by ${name}.` });
        return 'done in good order';
      },
      { onInterrupt: (signal) => seen.push(signal) },
    );
    expect(result).toBe('done in good order');
    expect(seen).toEqual([name]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('exits on a second signal, %s, with %d', async (second, code) => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    await withInterrupt(async () => {
      raise('SIGINT');
      vi.advanceTimersByTime(250);
      expect(exit).not.toHaveBeenCalled();
      raise(second);
      expect(exit).toHaveBeenCalledExactlyOnceWith(process.platform === 'win32' ? 130 : code);
    });
  });

  it('takes a signal that arrives by two ways for one', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    await withInterrupt(async () => {
      raise('SIGINT');
      vi.advanceTimersByTime(249);
      raise('SIGINT');
      raise('SIGTERM');
    });
    expect(exit).not.toHaveBeenCalled();
  });

  it('does not take the repetitions of SIGXCPU for an order to end at once', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    await withInterrupt(async () => {
      process.emit('SIGXCPU', 'SIGXCPU');
      vi.advanceTimersByTime(1000);
      process.emit('SIGXCPU', 'SIGXCPU');
    });
    expect(exit).not.toHaveBeenCalled();
  });

  it('removes its handlers, however the work ends', async () => {
    const before = listeners();
    await withInterrupt(async () => {
      expect(listeners()).toEqual(before.map((count) => count + 1));
    });
    expect(listeners()).toEqual(before);
    await expect(withInterrupt(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(listeners()).toEqual(before);
    const throwing = () => {
      throw new Error('at once');
    };
    await expect(withInterrupt(throwing)).rejects.toThrow('at once');
    expect(listeners()).toEqual(before);
  });
});

it.skipIf(process.platform === 'win32').each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGQUIT', 131],
  ['SIGTERM', 143],
] as const)('signalExitCode of %s is %d', (signal, code) => {
  expect(signalExitCode(signal)).toBe(code);
});
