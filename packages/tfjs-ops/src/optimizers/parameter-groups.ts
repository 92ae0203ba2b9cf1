import { assertKnownKeys, assertNonNegative } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import { Variable } from '@tensorflow/tfjs-core';
import type { CommonSettings, UpdateRule } from './update-rule.js';
import { withoutUndefined } from './without-undefined.js';

/** Selection of a group's variables: exactly one of these. */
export interface GroupSelector {
  /** These very variables. */
  variables?: readonly Variable[];
  /** Variables that it returns true for. */
  match?: (variable: Variable) => boolean;
  /** Variables of at most this rank. Unlike the others it can be saved with the optimizer's configuration. */
  maxRank?: number;
}

/**
 * Settings for some of the variables, over the optimizer's own. A variable takes the settings of every group that
 * selects it; where two differ, the later group's.
 */
export type ParameterGroup<S extends Partial<CommonSettings>> = GroupSelector &
  Partial<S> & {
    /**
     * Times the optimizer's learning rate, also when that changes; `learningRate` stays what it is instead. A function has
     * the number of the call of `applyGradients`, from 1: a schedule of the group's own.
     */
    learningRateScale?: LearningRateScale;
  };

/** A factor, or one for each step. */
export type LearningRateScale = number | ((step: number) => number);

/**
 * Returns the group that takes weight decay off biases and the gains and offsets of norms: all variables of rank 0 or
 * 1. Decay makes weights smaller against overfitting; for a norm's gain or a bias that has no such use.
 */
export function noDecayOnBiasesAndNorms(): { maxRank: number; weightDecay: number } {
  return { maxRank: 1, weightDecay: 0 };
}

const SELECTORS = ['variables', 'match', 'maxRank'] as const;

/** The settings of each variable: the optimizer's own and those of the groups that select it. */
export class ParameterGroups<S extends CommonSettings> {
  readonly #groups: readonly ParameterGroup<S>[];
  readonly #rule: UpdateRule<S>;
  readonly #selections = new WeakMap<Variable, readonly ParameterGroup<S>[]>();

  constructor(defaults: S, groups: readonly ParameterGroup<S>[], rule: UpdateRule<S>) {
    if (!Array.isArray(groups)) throw new TypeError(`groups must be an array of groups; got ${show(groups)}.`);
    this.#rule = rule;
    this.#groups = groups.map((group) => withoutUndefined(group));
    this.#groups.forEach((group, index) => {
      assertGroup(`groups[${index}]`, group, rule.settings);
    });
    this.#check(defaults);
    // Groups by themselves here; their combined settings are checked when a variable is there.
    for (const group of this.#groups) this.#check(merge(defaults, [group], 1));
  }

  /**
   * @param defaults the optimizer's own settings, with the learning rate of this step.
   * @param step the number of the call of `applyGradients`.
   */
  settingsOf(variable: Variable, defaults: S, step: number): S {
    let selection = this.#selections.get(variable);
    if (selection === undefined) {
      selection = this.#groups.filter((group) => selects(group, variable));
      this.#check(merge(defaults, selection, step));
      this.#selections.set(variable, selection);
    }
    return merge(defaults, selection, step);
  }

  /** Returns the groups as JSON can hold them; throws when one selects by function or by variable. */
  toConfig(): ParameterGroup<S>[] {
    return this.#groups.map((group, index) => {
      if (group.maxRank === undefined) {
        const selector = SELECTORS.find((name) => group[name] !== undefined);
        throw new Error(
          `groups[${index}] selects its variables by '${selector}', which cannot be saved; use 'maxRank', or save ` +
            'without the optimizer and make it anew.',
        );
      }
      if (typeof group.learningRateScale === 'function') {
        throw new Error(
          `groups[${index}].learningRateScale is a function, which cannot be saved; use a number, or save without the ` +
            'optimizer and make it anew.',
        );
      }
      return { ...group };
    });
  }

  #check(settings: S): void {
    assertNonNegative('learningRate', settings.learningRate);
    assertNonNegative('weightDecay', settings.weightDecay);
    this.#rule.check(settings);
  }
}

function selects({ variables, match, maxRank }: GroupSelector, variable: Variable): boolean {
  if (variables !== undefined) return variables.includes(variable);
  return match !== undefined ? match(variable) : variable.rank <= maxRank!;
}

function merge<S extends CommonSettings>(defaults: S, groups: readonly ParameterGroup<S>[], step: number): S {
  let settings: S = { ...defaults };
  for (const { variables, match, maxRank, learningRateScale, ...overrides } of groups) {
    settings = { ...settings, ...overrides };
    if (learningRateScale !== undefined) {
      settings.learningRate = defaults.learningRate * scaleAt(learningRateScale, step);
    }
  }
  return settings;
}

function scaleAt(scale: LearningRateScale, step: number): number {
  if (typeof scale === 'number') return scale;
  const value = scale(step);
  assertNonNegative(`learningRateScale(${step})`, value);
  return value;
}

function assertGroup(
  what: string,
  group: GroupSelector & { learningRateScale?: LearningRateScale },
  settings: readonly string[],
) {
  assertKnownKeys(what, group, [...SELECTORS, 'learningRateScale', ...settings]);
  const given = SELECTORS.filter((name) => group[name] !== undefined);
  if (given.length !== 1) {
    throw new RangeError(
      `${what} needs exactly one of ${SELECTORS.join(', ')}; got ${given.length === 0 ? 'none' : given.join(' and ')}.`,
    );
  }
  const { variables, match, maxRank, learningRateScale } = group;
  if (variables !== undefined && !(Array.isArray(variables) && variables.every((v) => v instanceof Variable))) {
    throw new TypeError(`${what}.variables must be an array of tf.Variable; got ${show(variables)}.`);
  }
  if (match !== undefined && typeof match !== 'function') {
    throw new TypeError(`${what}.match must be a function of a variable; got ${show(match)}.`);
  }
  if (maxRank !== undefined) assertNonNegative(`${what}.maxRank`, maxRank);
  if (learningRateScale !== undefined) {
    if (typeof learningRateScale !== 'function') {
      assertNonNegative(`${what}.learningRateScale`, learningRateScale);
    }
    if ('learningRate' in group) {
      throw new RangeError(`${what} has both learningRate and learningRateScale; give one of them.`);
    }
  }
}
