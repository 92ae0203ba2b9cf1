// Prints how many threads ONNX Runtime added, and how many of them have computed. Linux only.
import { readdirSync, readFileSync } from 'node:fs';
import { multiply } from './models.mjs';

const tasks = () => readdirSync('/proc/self/task');
/** Processor time of a thread, in ticks of 10 ms: fields 14 and 15 of proc(5)'s stat. */
const ticks = (task) => {
  const fields = readFileSync(`/proc/self/task/${task}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
};

const threads = Number(process.argv[2]);
multiply(64, { threads: 1 }).dispose();
const before = new Set(tasks());
multiply(64, { threads });
const added = tasks().filter((task) => !before.has(task));
for (let i = 0; i < 50 && !added.every((task) => ticks(task) > 0); i++) multiply(768);
console.log(JSON.stringify({ added: added.length, computed: added.filter((task) => ticks(task) > 0).length }));
