import { constants, setPriority } from 'node:os';
import { type TestSample, TestSampler } from '@cifarlab/experiment/report';
import type { SampleAnswer, SampleTask } from './messages.js';

// Classifies test images in a process of its own, one thread of a lower priority, which ends with the one that has started it.

setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());

let sampler: TestSampler | undefined;

process.on('message', ({ path, data }: SampleTask) => {
  // Nobody who looks at a page expects a download.
  sampler ??= new TestSampler({ data: { ...data, offline: true }, engine: { threads: 1 } });
  sampler.classify(path).then(
    (sample) => answer(sendable(sample)),
    (error: Error) => answer({ fault: error.message }),
  );
});

function answer(message: SampleAnswer): void {
  process.send!(message);
}

/** Returns the sample with pixels as text. */
function sendable({ predictions, ...sample }: TestSample): SampleAnswer {
  const pixelsAsText = predictions.map((one) => ({ ...one, pixels: Buffer.from(one.pixels).toString('base64') }));
  return { ...sample, predictions: pixelsAsText };
}
