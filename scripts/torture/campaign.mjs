import { availableParallelism } from 'node:os';
import { CASES } from './cases/index.mjs';
import { prepareGround } from './ground.mjs';
import { createRandom } from './random.mjs';

/**
 * Runs a campaign: cases of all kinds, each with its own seed made from the campaign's, some at a time.
 *
 * @param {object} options
 * @param {string[]} options.cli the command under test, file and arguments.
 * @param {number} options.seed
 * @param {number} options.rounds how often the whole plan is gone through.
 * @param {number} options.minutes no case starts later than this.
 * @param {string[]} [options.only] names of kinds; all unless given.
 * @param {number} [options.times] cases of each kind in a round, in place of the plan's.
 * @param {number} [options.parallel] cases at a time.
 * @param {(line: string) => void} options.report hears of each violation.
 * @returns {Promise<{ done: number, planned: number, failed: number }>}
 */
export async function runCampaign({ cli, seed, rounds, minutes, only = Object.keys(CASES), times, parallel, report }) {
  const plan = planOf({ seed, rounds, only, times });
  const ground = await prepareGround(cli);
  const deadline = performance.now() + 60_000 * minutes;
  const queue = [...plan];
  let done = 0;
  const failed = new Set();
  const worker = async () => {
    while (queue.length > 0 && performance.now() < deadline) {
      const { name, seed: caseSeed } = queue.shift();
      const wrong = await CASES[name]
        .run(ground, createRandom(caseSeed))
        .catch((error) => [`the case failed: ${error.stack}`]);
      for (const line of wrong) report(`${name}: ${line} (again with: --case ${name}:${caseSeed})`);
      if (wrong.length > 0) failed.add(`${name}:${caseSeed}`);
      done += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: parallel ?? availableParallelism() }, worker));
    const damage = await ground.damage();
    for (const line of damage) report(`damage outside of the cases: ${line} (campaign of seed ${seed})`);
    return { done, planned: plan.length, failed: failed.size + damage.length };
  } finally {
    await ground.remove();
  }
}

/** Cases of all kinds, mixed, so that a campaign that is cut short has tried some of each. */
function planOf({ seed, rounds, only, times }) {
  const plan = [];
  for (const name of only) {
    const [kind, caseSeed] = name.split(':');
    if (!Object.hasOwn(CASES, kind))
      throw new Error(`No case is called "${kind}"; there are ${Object.keys(CASES).join(', ')}`);
    if (caseSeed !== undefined) {
      plan.push({ name: kind, seed: Number(caseSeed), place: 0 });
      continue;
    }
    const count = (times ?? CASES[kind].times) * rounds;
    const random = createRandom(seed + 1000 * Object.keys(CASES).indexOf(kind));
    for (let i = 0; i < count; i += 1)
      plan.push({ name: kind, seed: random.integer(2 ** 31), place: (i + 0.5) / count });
  }
  return plan.sort((a, b) => a.place - b.place);
}
