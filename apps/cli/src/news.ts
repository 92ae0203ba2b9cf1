import type { UseEvent } from '@cifarlab/experiment';
import { engineNotes } from './commands/engine-notes.js';
import { flagWords } from './flag-words.js';

/** Prints what is told of a run: what computes, what takes time or goes wrong with the dataset, warnings. */
export function newsPrinter(print: (line: string) => void): (event: UseEvent) => void {
  let downloaded = -1;
  return (event) => {
    if (event.type === 'engine') {
      for (const line of engineNotes(event.engine, event.recorded, event.choice)) print(line);
    } else if (event.type === 'warning') {
      print(`warning: ${event.message.spelt(flagWords)}`);
    } else {
      const { phase, message, done = 0, total } = event.progress;
      if (phase === 'warning') print(`warning: ${message}`);
      if (phase === 'skip' || phase === 'cache') print(message);
      if (phase !== 'download' || !total) return;
      const tenth = Math.floor((10 * done) / total);
      if (tenth !== downloaded) print(`${message} ${10 * tenth} %`);
      downloaded = tenth;
    }
  };
}
