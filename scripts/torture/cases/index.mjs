import { fileLimit, fullStream } from './full-disk.mjs';
import { fuzzArchive, fuzzCache, fuzzDataset, fuzzPicture, fuzzRun, fuzzSweep } from './fuzz.mjs';
import { kill } from './kill.mjs';
import { specialOutput } from './outputs.mjs';
import { failedStart, parallelDefaults, parallelResumes, parallelStarts } from './parallel.mjs';
import { terminate } from './terminate.mjs';

/**
 * The kinds of cases by name: what they do, and how often in a campaign of one round.
 *
 * @type {Record<string, { run: (ground: object, random: object) => Promise<string[]>, times: number }>}
 */
export const CASES = {
  kill: { run: kill, times: 64 },
  terminate: { run: terminate, times: 20 },
  'parallel-starts': { run: parallelStarts, times: 8 },
  'parallel-defaults': { run: parallelDefaults, times: 6 },
  'parallel-resumes': { run: parallelResumes, times: 8 },
  'failed-start': { run: failedStart, times: 12 },
  'file-limit': { run: fileLimit, times: 20 },
  'full-stream': { run: fullStream, times: 8 },
  'special-output': { run: specialOutput, times: 15 },
  'fuzz-run': { run: fuzzRun, times: 1400 },
  'fuzz-dataset': { run: fuzzDataset, times: 300 },
  'fuzz-archive': { run: fuzzArchive, times: 200 },
  'fuzz-cache': { run: fuzzCache, times: 100 },
  'fuzz-picture': { run: fuzzPicture, times: 300 },
  'fuzz-sweep': { run: fuzzSweep, times: 300 },
};
