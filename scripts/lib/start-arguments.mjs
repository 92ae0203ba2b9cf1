import { parseArgs } from 'node:util';

/** Steps of the ConvNet: enough to see it learn, few enough to wait for. */
export const convNetSteps = 100;

/** Flags that mean the same to every network. */
const shared = {
  'data-dir': { type: 'string' },
  offline: { type: 'boolean' },
  'allow-unverified': { type: 'boolean' },
  seed: { type: 'string' },
  threads: { type: 'string' },
  quiet: { type: 'boolean' },
};

/**
 * Splits the arguments of `npm start` among its trainings. Those of the two MLPs are passed on as they are; the ConvNet
 * takes those that mean the same to it, and no more steps than it makes by itself.
 *
 * @param {readonly string[]} args
 * @param {Date} now
 * @returns {{ folder: string, mlp: string[], convNet: string[] }} `folder` is for the runs.
 */
export function startArguments(args, now) {
  const mlp = args.map((argument) => argument.replace(/^--[^=]*/, (flag) => flag.replaceAll('_', '-')));
  const options = { ...shared, 'max-steps': { type: 'string' }, out: { type: 'string' } };
  const { values } = parseArgs({ args: mlp, options, strict: false });
  // ISO 8601 in local time.
  const local = new Date(now.getTime() - 60_000 * now.getTimezoneOffset()).toISOString().slice(0, 19);
  const handedOn = Object.keys(shared).flatMap((name) => {
    if (values[name] === undefined) return [];
    return shared[name].type === 'boolean' ? [`--${name}`] : [`--${name}`, values[name]];
  });
  const steps = String(Math.min(Number(values['max-steps'] ?? convNetSteps), convNetSteps));
  return {
    folder: values.out ?? `runs/${local.replaceAll(':', '-')}-start`,
    mlp,
    // The report tries the network on the test images once; the training would do so twice, for half a minute each.
    convNet: ['--max-steps', steps, '--no-test', ...handedOn],
  };
}
