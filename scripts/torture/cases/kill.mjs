import { existsSync, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOutcome } from '../check-outcome.mjs';
import { differencesOfRuns } from '../same-run.mjs';

/** Kills a training at a random moment, or while a temporary file is there, and continues with what is left. */
export async function kill(ground, random) {
  const place = await ground.place();
  const run = join(place, 'run');
  const whileWriting = random.next() < 0.5;
  const kills = 1 + random.integer(3);
  let args = [...ground.train, '--out', run];
  for (let i = 0; i < kills; i += 1) {
    const moment = 200 + random.integer(1200);
    const outcome = await ground.run(args, {
      onStart: (child) => killAt(child, place, moment, whileWriting && random.next()),
    });
    if (outcome.signal !== 'SIGKILL') {
      const wrong = checkOutcome(outcome, { codes: [0] });
      if (wrong.length > 0) return wrong;
    }
    if (existsSync(join(run, 'checkpoints', 'last', 'state.json'))) {
      args = ['train', 'mlp-ndarray', ...ground.dataFlags, '--threads', '1', '--resume', run];
    } else if (existsSync(join(run, 'config.json')) || existsSync(run)) {
      // Nothing to resume from: a new start takes another folder.
      args = [...ground.train, '--out', join(place, `run-${i}`)];
    }
  }
  const last = await ground.run(args);
  const wrong = checkOutcome(last, { codes: [0] });
  if (wrong.length > 0) return wrong;
  const final = args.at(-1);
  return [...(await differencesOfRuns(final, ground.finished)), ...(await leftovers(final))];
}

/** @param {number | false} share of the temporary files that are let pass; false: only the moment counts. */
function killAt(child, place, moment, share) {
  const end = () => child.kill('SIGKILL');
  // One that waits for a temporary file has time to come to it.
  const timer = setTimeout(end, share === false ? moment : 4 * moment);
  child.on('close', () => clearTimeout(timer));
  if (share === false) return;
  const letPass = Math.floor(share * 12);
  let seen = 0;
  const watcher = watch(place, { recursive: true }, (_, name) => {
    if (name?.endsWith('.tmp') && ++seen > letPass) end();
  });
  watcher.on('error', () => {});
  child.on('close', () => watcher.close());
}

/** Returns the temporary files of killed writers that the resumed run did not clear away. */
async function leftovers(run) {
  const names = await readdir(run, { recursive: true });
  return names.filter((name) => name.endsWith('.tmp')).map((name) => `${name} was left behind`);
}
