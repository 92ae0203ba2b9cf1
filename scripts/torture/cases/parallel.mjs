import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOutcome } from '../check-outcome.mjs';
import { differencesOfRuns } from '../same-run.mjs';

/** Makes several starts into one folder: one of them gets it, the others say so and touch nothing. */
export async function parallelStarts(ground, random) {
  const run = join(await ground.place(), 'run');
  const starts = 2 + random.integer(3);
  const outcomes = await Promise.all(Array.from({ length: starts }, () => ground.run([...ground.train, '--out', run])));
  return oneWins(outcomes, run, ground);
}

/** Makes several starts without `--out`, in one second: each has its own folder. */
export async function parallelDefaults(ground, random) {
  const place = await ground.place();
  const starts = 2 + random.integer(3);
  const outcomes = await Promise.all(Array.from({ length: starts }, () => ground.run(ground.train, { cwd: place })));
  const wrong = outcomes.flatMap((outcome) => checkOutcome(outcome, { codes: [0] }));
  const runs = await readdir(join(place, 'runs'));
  if (runs.length !== starts) wrong.push(`${runs.length} folders for ${starts} runs`);
  for (const run of runs) wrong.push(...(await differencesOfRuns(join(place, 'runs', run), ground.finished)));
  return wrong;
}

/** Makes several resumes of one stopped run: one continues, the others are refused; nothing is written twice. */
export async function parallelResumes(ground, random) {
  const run = join(await ground.place(), 'run');
  const short = ground.train.map((arg, i, all) => (all[i - 1] === '--max-steps' ? '20' : arg));
  const first = await ground.run([...short, '--out', run]);
  const wrong = checkOutcome(first, { codes: [0] });
  if (wrong.length > 0) return wrong;
  const args = ['train', 'mlp-ndarray', ...ground.dataFlags, '--threads', '1', '--max-steps', '40', '--resume', run];
  const resumes = 2 + random.integer(3);
  const outcomes = await Promise.all(Array.from({ length: resumes }, () => ground.run(args)));
  return oneWins(outcomes, run, ground);
}

/** A start that fails, beside a finished run, and in folders that it has to make. */
export async function failedStart(ground, random) {
  const place = await ground.place();
  const neighbour = join(place, 'exp', 'runs', 'mine');
  const early = random.next() < 0.5;
  if (early) await cp(ground.finished, neighbour, { recursive: true });
  const bad = random.pick([
    ['--batch-size', '100000'],
    ['--data-dir', join(place, 'nowhere')],
    ['--batch-size', '0'],
    ['--validation-size', '1000000'],
  ]);
  const failing = ground.run([...ground.train, ...bad, '--out', join(place, 'exp', 'runs', 'new')]);
  if (!early) await cp(ground.finished, neighbour, { recursive: true });
  const wrong = checkOutcome(await failing, { codes: [1, 2] });
  return [...wrong, ...(await differencesOfRuns(neighbour, ground.finished))];
}

async function oneWins(outcomes, run, ground) {
  const wrong = outcomes.flatMap((outcome) => checkOutcome(outcome, { codes: [0, 1, 2] }));
  const winners = outcomes.filter(({ code }) => code === 0).length;
  // Those that come when the first is done find a finished run, which is fine to go on with.
  if (winners === 0) wrong.push(`none of ${outcomes.length} got through`);
  return [...wrong, ...(await differencesOfRuns(run, ground.finished))];
}
