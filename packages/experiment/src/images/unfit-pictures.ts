import { RunError } from '../run/run-error.js';
import { named, type Sentence, sentence } from '../settings/sentence.js';

/** Returns the error for a folder of pictures that cannot be trained on as it is. @param rule end of a sentence about it. */
export function unfitPictures(path: string, rule: string | Sentence, remedy: string | Sentence): RunError {
  return new RunError({ code: 'unfit-pictures', rule: sentence`${named('dataDir', path)} ${rule}`, remedy });
}
