// Loads CIFAR-10 once, in its own process, and prints JSON. usage: node load-once.mjs [folder]
import { createHash } from 'node:crypto';
import { loadCifar10 } from '../dist/index.js';

const { source, meanImage } = await loadCifar10({ dataDir: process.argv[2], offline: true });
console.log(
  JSON.stringify({
    seconds: source.seconds,
    peakMB: process.resourceUsage().maxRSS / 1e3,
    mean: createHash('sha256').update(new Uint8Array(meanImage.buffer)).digest('hex'),
  }),
);
