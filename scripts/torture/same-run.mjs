import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Returns how a run differs from another in its metrics and weights, byte for byte; the names of weights' files tell
 * their content.
 *
 * @param {string} path
 * @param {string} reference
 */
export async function differencesOfRuns(path, reference) {
  const wrong = [];
  const same = async (name) => {
    const [one, other] = await Promise.all([path, reference].map((run) => readFile(join(run, name)).catch(() => null)));
    if (one === null || other === null || !one.equals(other)) wrong.push(`${name} is not that of an unbroken run`);
  };
  await same('metrics.jsonl');
  for (const checkpoint of ['last', 'best']) {
    const folder = `checkpoints/${checkpoint}`;
    const names = await readdir(join(reference, folder));
    for (const name of names) if (name.endsWith('.safetensors')) await same(`${folder}/${name}`);
  }
  return wrong;
}
