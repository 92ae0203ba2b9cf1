import type { ReportWords } from '@cifarlab/experiment/report';
import { describeError } from './errors.js';
import { ownCommandLine } from './own-command.js';
import { pathWord } from './shell-words.js';

/** How a report says what to do on the command line. */
export const reportWords: ReportWords = {
  explain: describeError,
  remake: (run) => ownCommandLine('report', pathWord(run)),
  train: (network) => ownCommandLine('train', network),
};
