import { SweepError } from '../sweep-error.js';
import type { SweepFile } from './sweep-file.js';

/** Trials of a sweep: months of work, and a plan that is made in a second. */
const MOST_TRIALS = 10_000;

/**
 * Counts the trials of a sweep without making a list of them.
 *
 * @throws SweepError when there are more than `MOST_TRIALS`.
 */
export function requireFewTrials({
  list,
  grid,
  search,
  seeds,
}: Pick<SweepFile, 'list' | 'grid' | 'search' | 'seeds'>): void {
  const drawn = search === undefined ? [] : [search.trials];
  const factors = [list.length, ...Object.values(grid).map((values) => values.length), ...drawn, seeds.length];
  const trials = factors.reduce((product, factor) => product * factor, 1);
  if (trials <= MOST_TRIALS) return;
  const count =
    trials < 1e15 ? trials.toLocaleString('en') : Number.isFinite(trials) ? trials.toPrecision(3) : 'over 1e308';
  const shown = factors.length > 12 ? [...factors.slice(0, 11), '…'] : factors;
  throw new SweepError({
    code: 'plan',
    value: trials,
    rule:
      `the sweep has ${count} trials (${shown.join(' x ')}: entries of "list", ${search === undefined ? 'values of each flag in "grid"' : '"trials" of "search"'}, seeds), and ` +
      `may have ${MOST_TRIALS.toLocaleString('en')}`,
    remedy: 'give fewer values, or split it into several files',
  });
}
