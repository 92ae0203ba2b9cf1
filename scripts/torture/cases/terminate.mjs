import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkOutcome } from '../check-outcome.mjs';
import { differencesOfRuns } from '../same-run.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGQUIT'];

/** Ends a training with a signal: it saves, says so with its exit code, and the run continues as if never stopped. */
export async function terminate(ground, random) {
  const run = join(await ground.place(), 'run');
  const signal = random.pick(SIGNALS);
  const onStart = (child) => {
    const delay = random.integer(300);
    child.stderr.once('data', () => setTimeout(() => child.kill(signal), delay));
  };
  const outcome = await ground.run([...ground.train, '--out', run], { onStart });
  // SIGQUIT is the way out that no program should close.
  if (signal === 'SIGQUIT' && outcome.signal === 'SIGQUIT') return [];
  const wrong = checkOutcome(outcome, { codes: [0, 129, 130, 131, 140, 143] });
  if (wrong.length > 0) return wrong.map((line) => `${signal}: ${line}`);
  if (!existsSync(join(run, 'checkpoints', 'last', 'state.json'))) {
    return existsSync(join(run, 'metrics.jsonl')) ? [`${signal}: steps were done and nothing was saved`] : [];
  }
  if (outcome.code === 0) return differencesOfRuns(run, ground.finished);
  const resumed = await ground.run(['train', 'mlp-ndarray', ...ground.dataFlags, '--threads', '1', '--resume', run]);
  return [...checkOutcome(resumed, { codes: [0] }), ...(await differencesOfRuns(run, ground.finished))];
}
