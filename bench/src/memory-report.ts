import type { Worker } from './measure-row.js';
import { align } from './table.js';

const EVERY = 200;

/** Trains the ConvNet and prints what memory it takes, every 200 steps and at the end: numbers that stay flat leak nothing. */
export async function reportMemory(
  worker: Worker,
  { batch, steps, print }: { batch: number; steps: number; print(line: string): void },
): Promise<void> {
  const cells = (...texts: (string | number)[]) => print(align([texts.map((text) => `${text}`.padStart(13))]));
  try {
    print(`${worker.ready.engine}: ${worker.ready.version}, ${worker.ready.threads} threads, batch ${batch}`);
    cells('step', 'resident MB', 'peak MB', 'tensors', 'tensor MB', 'ms per step');
    for (let done = 0; done < steps; ) {
      const count = Math.min(EVERY, steps - done);
      const { memory, peakMemory, milliseconds } = await worker.run('convnet-step', { batch }, count);
      done += count;
      const megabytes = (bytes: number | undefined) => (bytes === undefined ? '-' : (bytes / 1e6).toFixed(1));
      const mean = milliseconds.reduce((sum, ms) => sum + ms, 0) / milliseconds.length;
      cells(
        done,
        megabytes(memory.resident),
        megabytes(peakMemory),
        memory.tensors ?? '-',
        megabytes(memory.tensorBytes),
        mean.toFixed(1),
      );
    }
  } finally {
    await worker.close();
  }
}
