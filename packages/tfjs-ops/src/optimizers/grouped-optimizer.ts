import { assertKnownKeys, assertNonNegative, assertPositive } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import {
  clipByValue,
  engine,
  getBackend,
  mul,
  type NamedTensorMap,
  Optimizer,
  type serialization,
  type Tensor,
  tidy,
  util,
  type Variable,
} from '@tensorflow/tfjs-core';
import { clipScale, globalNorm } from '../clip.js';
import {
  decodeState,
  encodeState,
  type NamedTensor,
  type OptimizerState,
  type StoredOptimizerState,
  stateToWeights,
  weightsToState,
} from './optimizer-state.js';
import { type ParameterGroup, ParameterGroups } from './parameter-groups.js';
import {
  assertStatesFit,
  disposeStates,
  type ParameterState,
  ParameterStates,
  replaceSlots,
} from './parameter-states.js';
import type { CommonSettings, GradientScale, UpdateRule } from './update-rule.js';
import { withoutUndefined } from './without-undefined.js';

/** The options that every optimizer takes besides its settings. */
export interface OptimizerOptions<S extends CommonSettings> {
  /** Settings for some of the variables. */
  groups?: readonly ParameterGroup<S>[];
  /** Clip the gradients of a step together to this global norm (see `clipGlobalNorm`). Default: no clipping. */
  clipNorm?: number;
  /** Limit every element of a gradient to −clipValue … clipValue. Not together with `clipNorm`. Default: no clipping. */
  clipValue?: number;
}

/**
 * Base class of the optimizers: `tf.Optimizer`s with parameter groups, clipping and a state that can be saved.
 *
 * A variable without a gradient in a step (null, as for one that is not trainable or that the loss does not depend on)
 * is left unchanged in that step, and so is its state: no decay, no momentum, and its step count does not go up. Each
 * variable has its own count, as in PyTorch; `iterations` counts the calls of `applyGradients`.
 */
export abstract class GroupedOptimizer<S extends CommonSettings> extends Optimizer {
  readonly #rule: UpdateRule<S>;
  readonly #settings: S;
  readonly #groups: ParameterGroups<S>;
  readonly #clipNorm: number | undefined;
  readonly #clipValue: number | undefined;
  readonly #states = new ParameterStates();
  #counts: Tensor[] = [];

  /**
   * @param defaults the settings that have a default.
   * @param options the other settings, and whatever was given.
   */
  protected constructor(rule: UpdateRule<S>, defaults: Partial<S>, options: Partial<S> & OptimizerOptions<S>) {
    super();
    assertKnownKeys(new.target.name, options, [...rule.settings, 'groups', 'clipNorm', 'clipValue']);
    const { groups = [], clipNorm, clipValue, ...settings } = options;
    if (clipNorm !== undefined) assertPositive('clipNorm', clipNorm);
    if (clipValue !== undefined) assertPositive('clipValue', clipValue);
    if (clipNorm !== undefined && clipValue !== undefined) {
      throw new RangeError(`Gradients are clipped in one way; got clipNorm ${clipNorm} and clipValue ${clipValue}.`);
    }
    this.#rule = rule;
    this.#settings = { ...defaults, ...withoutUndefined(settings) } as S;
    this.#groups = new ParameterGroups(this.#settings, groups, rule);
    this.#clipNorm = clipNorm;
    this.#clipValue = clipValue;
  }

  /** The size of the next steps; may be set at any time. */
  get learningRate(): number {
    return this.#settings.learningRate;
  }

  set learningRate(learningRate: number) {
    assertNonNegative('learningRate', learningRate);
    this.#settings.learningRate = learningRate;
  }

  /**
   * Updates the variables that have a gradient.
   *
   * @param gradients by variable name; they stay the caller's.
   * @throws Error, before anything is updated, on a name that no variable has, a name given twice, a gradient whose shape
   *   is not the variable's, and a loaded state that does not fit.
   */
  override applyGradients(gradients: NamedTensorMap | NamedTensor[]): void {
    const updates = namedGradients(gradients);
    const settings = updates.map(({ variable }) => this.#settingsOf(variable));
    const states = this.#states.ofStep(
      updates.map(({ variable }) => variable),
      settings.map((own) => this.#rule.slots(own)),
    );
    tidy(() => {
      const scale = this.#gradientScale(updates.map(({ gradient }) => gradient));
      // A kernel takes the scale as a number, which a GPU's memory is not waited for.
      const isAhead = scale !== undefined && getBackend() === 'webgpu';
      updates.forEach(({ variable, gradient }, index) => {
        if (isAhead) this.#update(variable, mul(gradient, scale.tensor), states[index]!, settings[index]!, undefined);
        else this.#update(variable, gradient, states[index]!, settings[index]!, scale);
      });
    });
    this.incrementIterations();
  }

  /**
   * Holds the state as it is now, without a copy, while steps are under way whose loss is not known yet.
   *
   * @returns `restore` goes back to it, and `release` lets go of it; one of them must be called.
   */
  holdState(): { restore(): void; release(): void } {
    const iterations = this.iterations;
    const states = this.#states.hold();
    return {
      restore: () => {
        this.#states.replace(states);
        this.iterations_ = iterations;
      },
      release: () => disposeStates(states),
    };
  }

  /**
   * Returns the state as plain data, for exact resumption: with the same settings, the same variables and
   * `loadStateDict`, later steps are the same bit for bit.
   */
  stateDict(): Promise<OptimizerState> {
    return encodeState(this.iterations, this.#states.entries());
  }

  /**
   * Replaces the state by a saved one. It belongs to the variables of the same names or, when there is none of these
   * names in the next step, to that step's variables in their order.
   *
   * @param variables all that it may be of, by name: whether it fits them is then checked now, not in the next step.
   * @throws TypeError when `state` is not such a state; Error when it does not fit `variables` or the settings. What was
   *   there before is then kept.
   */
  loadStateDict(state: StoredOptimizerState, variables?: readonly Variable[]): void {
    const loaded = decodeState(state);
    if (variables !== undefined) this.#requireFit(loaded.states, variables);
    this.#load(loaded);
  }

  /** The state as named tensors (tfjs's form, for `model.save`). They belong to the optimizer: do not dispose them. */
  override async getWeights(): Promise<NamedTensor[]> {
    this.#disposeCounts();
    const weights = stateToWeights(this.iterations, this.#states.entries());
    this.#counts = weights.map(({ tensor }) => tensor).filter(({ dtype }) => dtype === 'int32');
    return weights;
  }

  /** The inverse of `getWeights`; like `loadStateDict`. The tensors stay the caller's. */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    this.#load(await weightsToState(weights));
  }

  /** The settings and options, as JSON can hold them. @throws Error when a group cannot be saved. */
  override getConfig(): serialization.ConfigDict {
    const groups = this.#groups.toConfig();
    return {
      ...this.#settings,
      ...(groups.length > 0 && { groups }),
      ...(this.#clipNorm !== undefined && { clipNorm: this.#clipNorm }),
      ...(this.#clipValue !== undefined && { clipValue: this.#clipValue }),
    } as unknown as serialization.ConfigDict;
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    // tf.layers puts its custom objects among the settings.
    const { customObjects: _, ...options } = config;
    return new cls(options);
  }

  /** Frees the state's tensors. */
  override dispose(): void {
    this.#states.dispose();
    this.#disposeCounts();
  }

  #update(
    variable: Variable,
    gradient: Tensor,
    state: ParameterState,
    settings: S,
    scale: GradientScale | undefined,
  ): void {
    tidy(() => {
      const limit = this.#clipValue;
      const step = state.step + 1;
      const { parameter, slots } = this.#rule.update({
        parameter: variable,
        gradient: limit === undefined ? gradient : clipByValue(gradient, -limit, limit),
        slots: state.slots,
        settings,
        step,
        scale,
      });
      variable.assign(parameter);
      replaceSlots(state, slots);
      state.step = step;
    });
  }

  #settingsOf(variable: Variable): S {
    return this.#groups.settingsOf(variable, this.#settings, this.iterations + 1);
  }

  #requireFit(states: Map<string, ParameterState>, variables: readonly Variable[]): void {
    try {
      const slotNames = variables.map((variable) => this.#rule.slots(this.#settingsOf(variable)));
      assertStatesFit(states, variables, slotNames);
    } catch (error) {
      disposeStates(states);
      throw error;
    }
  }

  #gradientScale(gradients: readonly Tensor[]): GradientScale | undefined {
    if (this.#clipNorm === undefined || gradients.length === 0) return undefined;
    const tensor = clipScale(globalNorm(gradients), this.#clipNorm);
    let value: number | undefined;
    return {
      tensor,
      value() {
        value ??= tensor.dataSync()[0]!;
        return value;
      },
    };
  }

  #load({ iterations, states }: { iterations: number; states: Map<string, ParameterState> }): void {
    this.#states.load(states);
    this.iterations_ = iterations;
  }

  #disposeCounts(): void {
    for (const count of this.#counts) count.dispose();
    this.#counts = [];
  }
}

interface NamedGradient {
  variable: Variable;
  gradient: Tensor;
}

/** Returns the variables with a gradient, in the order given. */
function namedGradients(gradients: NamedTensorMap | NamedTensor[]): NamedGradient[] {
  const pairs: [string, Tensor | null | undefined][] = Array.isArray(gradients)
    ? gradients.map(({ name, tensor }) => [name, tensor])
    : Object.entries(gradients);
  const names = new Set<string>();
  return pairs.flatMap(([name, gradient]) => {
    if (gradient == null) return [];
    if (names.has(name)) throw new Error(`Two gradients for variable '${name}'; add them up first.`);
    names.add(name);
    const variable = engine().registeredVariables[name];
    if (variable === undefined) {
      throw new Error(`A gradient for '${name}', but there is no variable of that name; was it disposed?`);
    }
    if (!util.arraysEqual(variable.shape, gradient.shape)) {
      throw new Error(
        `The gradient for variable '${name}' has shape ${show(gradient.shape)}, but the variable has ` +
          `${show(variable.shape)}.`,
      );
    }
    return [{ variable, gradient }];
  });
}
