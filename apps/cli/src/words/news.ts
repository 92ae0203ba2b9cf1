import { tellNews, type UseEvent } from '@cifarlab/experiment';
import { type Io, printNote } from '../terminal/io.js';
import { flagWords } from './flag-words.js';

/** Prints what is told of a run on stderr: what computes, news of the dataset, warnings. */
export function newsPrinter(io: Io, isWanted: (line: string) => boolean = () => true): (event: UseEvent) => void {
  return tellNews((sentence) => {
    const line = sentence.spelt(flagWords);
    if (isWanted(line)) printNote(io, line);
  });
}
