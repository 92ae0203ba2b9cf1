import { Cifar10Error } from './errors.js';
import type { Cifar10Options } from './options.js';

/** A rule for an option: the expected value in words, and its test. */
type Rule = readonly [expected: string, fits: (value: unknown) => boolean];

const text: Rule = ['a path as a string', (value) => typeof value === 'string'];
const flag: Rule = ['true or false', (value) => typeof value === 'boolean'];
const has = (value: unknown, ...methods: readonly string[]) =>
  methods.every((method) => typeof (value as Record<string, unknown> | null)?.[method] === 'function');
/** Numbers and names are judged where their range is known. */
const judgedLater: Rule = ['', () => true];

const RULES: Readonly<Record<keyof Cifar10Options, Rule>> = {
  dataDir: text,
  cacheDir: text,
  localDir: text,
  offline: flag,
  allowUnverified: flag,
  oneHot: flag,
  standardize: ['true, false or { means, deviations }', (value) => typeof value === 'boolean' || isRecord(value)],
  onProgress: ['a function', (value) => typeof value === 'function'],
  signal: ['an AbortSignal', (value) => has(value, 'throwIfAborted', 'addEventListener')],
  // Told by what it has: each of the two builds has its own class.
  rng: ['a RandomState', (value) => has(value, 'permutation', 'getState')],
  augment: ['true, false or { flip, crop, cutout }', (value) => typeof value === 'boolean' || isRecord(value)],
  batchOrder: judgedLater,
  seed: judgedLater,
  validationSize: judgedLater,
};

/**
 * @throws {Cifar10Error} `INVALID_OPTION` for an option that there is not, most often a slip of the pen, and for a value of
 *   another kind: the string "false" would mean true.
 */
export function checkOptionKinds(options: Cifar10Options): void {
  if (!isRecord(options)) {
    throw invalid(`Options ${show(options)}: expected an object such as { validationSize: 5000 }.`);
  }
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(RULES, name) ? RULES[name as keyof Cifar10Options] : undefined;
    if (rule === undefined) {
      throw invalid(`Option ${show(name)}: there is no such option; expected ${Object.keys(RULES).join(', ')}.`);
    }
    const [expected, fits] = rule;
    if (value !== undefined && !fits(value)) throw invalid(`Option ${name} ${show(value)}: expected ${expected}.`);
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  return typeof value === 'object' && value !== null ? 'of another kind' : String(value);
}

function invalid(message: string): Cifar10Error {
  return new Cifar10Error('INVALID_OPTION', message);
}
