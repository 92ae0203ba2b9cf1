import { type Sentence, sentence } from '../settings/sentence.js';
import { engineNotes } from './engine-notes.js';
import type { UseEvent } from './events.js';

/**
 * Makes an observer that says in lines what is told of a run that is used: what computes, what takes time or goes wrong
 * with the dataset, warnings.
 *
 * @param say is given each line, with options to be spelt as its readers know them.
 */
export function tellNews(say: (line: Sentence) => void): (event: UseEvent) => void {
  let downloaded = -1;
  return (event) => {
    if (event.type === 'engine') engineNotes(event).forEach(say);
    else if (event.type === 'warning') say(sentence`warning: ${event.message}`);
    else {
      const { phase, message, done = 0, total } = event.progress;
      if (phase === 'warning') say(sentence`warning: ${message}`);
      if (phase === 'skip' || phase === 'cache' || phase === 'note') say(sentence`${message}`);
      if ((phase !== 'download' && phase !== 'compute') || !total) return;
      const tenth = Math.floor((10 * done) / total);
      if (tenth !== downloaded) say(sentence`${message} ${10 * tenth} %`);
      downloaded = tenth;
    }
  };
}
