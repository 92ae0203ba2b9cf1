// Prints the processor time, in ms, of 300 ms without a run.
import { setTimeout as sleep } from 'node:timers/promises';
import { multiply } from './models.mjs';

for (let i = 0; i < 5; i++) multiply(256, { threads: 4 });
const before = process.cpuUsage();
await sleep(300);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);
