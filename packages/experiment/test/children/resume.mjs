// Goes on with a run in a process of its own, and prints its warnings: takes `run` and the options of `resumeRun` as JSON.
import { resumeRun } from '@cifarlab/experiment';

const { run, ...options } = JSON.parse(process.argv[2]);
for await (const event of resumeRun(run, options)) {
  if (event.type === 'warning') console.log(String(event.message));
}
