// @ts-check

/**
 * Publishes one package after the other, stops at the first that fails, and says what was published and what was not,
 * also after Ctrl-C.
 *
 * @template {{ name: string, version: string }} P
 * @param {readonly P[]} plan in dependency order: what is published can be installed, wherever it stops
 * @param {(one: P) => Promise<number>} publish resolves to an exit code
 * @param {(line: string) => void} [print]
 * @returns {Promise<boolean>} whether all are published
 */
export async function publishAll(plan, publish, print = console.log) {
  // Ctrl-C reaches npm too, which ends; the report is still to be made.
  let interrupted = false;
  const onInterrupt = () => {
    interrupted = true;
  };
  process.on('SIGINT', onInterrupt);
  let done = 0;
  try {
    while (done < plan.length && !interrupted && (await publish(plan[done])) === 0) done += 1;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
  const names = (/** @type {readonly P[]} */ part) => part.map(({ name, version }) => `${name}@${version}`).join(', ');
  print(`\nPublished ${done} of ${plan.length}${done > 0 ? `: ${names(plan.slice(0, done))}` : ''}.`);
  if (done === plan.length) return true;
  print(`Not published: ${names(plan.slice(done))}.`);
  print(`It stopped at ${plan[done].name}, see above. \`npm run release\` again publishes what is left.`);
  return false;
}
