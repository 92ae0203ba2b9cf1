import { describe, expect, it } from 'vitest';
import { withInterrupt } from '../node.js';

const listeners = () => ['SIGINT', 'SIGTERM'].map((signal) => process.listenerCount(signal));

describe('withInterrupt', () => {
  it('aborts on the first signal and says which', async () => {
    const seen: string[] = [];
    const result = await withInterrupt(
      async (signal) => {
        expect(signal.aborted).toBe(false);
        process.emit('SIGINT', 'SIGINT');
        expect(signal.reason).toMatchObject({ message: 'Interrupted by SIGINT.' });
        return 'done in good order';
      },
      { onInterrupt: (signal) => seen.push(signal) },
    );
    expect(result).toBe('done in good order');
    expect(seen).toEqual(['SIGINT']);
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
