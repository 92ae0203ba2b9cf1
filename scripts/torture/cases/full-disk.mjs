import { existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { checkOutcome } from '../check-outcome.mjs';
import { differencesOfRuns } from '../same-run.mjs';

/** A limit on the size of files, as a disk that is full for all that is larger: an error, and what was there is whole. */
export async function fileLimit(ground, random) {
  const run = join(await ground.place(), 'run');
  const blocks = 1 + random.integer(400);
  const quoted = [...ground.cli, ...ground.train, '--out', run];
  const command = ['sh', '-c', `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`, 'sh', ...quoted];
  const outcome = await ground.command(command);
  const wrong = checkOutcome(outcome, { codes: [0, 1] });
  if (wrong.length > 0 || outcome.code === 0) return wrong;
  if (!existsSync(join(run, 'checkpoints', 'last', 'state.json'))) return [];
  const resumed = await ground.run(['train', 'mlp-ndarray', ...ground.dataFlags, '--threads', '1', '--resume', run]);
  return [...checkOutcome(resumed, { codes: [0] }), ...(await differencesOfRuns(run, ground.finished))];
}

/** A full disk behind a stream: a result that cannot be written is a failure, progress that cannot be written is not. */
export async function fullStream(ground, random) {
  if (!existsSync('/dev/full')) return [];
  const full = openSync('/dev/full', 'w');
  const stream = random.pick(['stdout', 'stderr']);
  const run = join(await ground.place(), 'run');
  const args = random.pick([['--help'], ['train', '--help'], [...ground.train, '--out', run]]);
  const stdio = ['ignore', stream === 'stdout' ? full : 'pipe', stream === 'stderr' ? full : 'pipe'];
  const wrong = checkOutcome(await ground.run(args, { stdio }), { codes: [0, 1] });
  if (args[0] === 'train' && args.length > 2) wrong.push(...(await differencesOfRuns(run, ground.finished)));
  return wrong.map((line) => `${args[0]} with a full ${stream}: ${line}`);
}
