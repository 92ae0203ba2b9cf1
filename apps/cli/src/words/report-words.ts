import type { ReportWords } from '@cifarlab/experiment/report';
import { pathWord } from '@cifarlab/internals/shell-words';
import { describeError } from './errors.js';
import { ownCommandLine } from './own-command.js';

/** Words in which a report says what to do on the command line. */
export const reportWords: ReportWords = {
  explain: describeError,
  remake: (run) => ownCommandLine('report', pathWord(run)),
  train: (network) => ownCommandLine('train', network),
};
